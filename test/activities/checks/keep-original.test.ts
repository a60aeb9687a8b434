import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keepOriginal } from '../../../activities/checks/own-lines.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { runChange } from '../shell.ts';
import { programs } from '../stand-in-programs.ts';

const ORIGINAL = 'hosts.before-deployment-engine';

it.each([
  ['a full disk cuts off', { cp: 'head -c 3 "$2" >"$3"; exit 1' }],
  ['a kill cuts off', { cp: ': >"$3"; kill -KILL $PPID' }],
])('takes nothing for the original that %s', (_what, scripts) => {
  const folder = temporaryFolder();
  const path = join(folder, 'hosts');
  writeFileSync(path, '127.0.0.1 localhost\n');
  expect(runChange(keepOriginal(path), { path: programs(scripts) }).exitCode).not.toBe(0);
  expect(readdirSync(folder)).not.toContain(ORIGINAL);
  expect(runChange(keepOriginal(path)).exitCode).toBe(0);
  expect(readFileSync(join(folder, ORIGINAL), 'utf8')).toBe('127.0.0.1 localhost\n');
  expect(readdirSync(folder).toSorted()).toEqual(['hosts', ORIGINAL]);
});
