import { openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rotateLogs } from '../../../server/supervise/rotate-logs.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

it('leaves a small log alone', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'api.log'), 'short\n');
  await rotateLogs(folder, { maxBytes: 100, keep: 2 });
  expect(readdirSync(folder)).toEqual(['api.log']);
});

it('keeps the newest logs while their writer goes on writing into the same open file', async () => {
  const folder = temporaryFolder();
  const writer = openSync(join(folder, 'api.log'), 'a');
  for (const text of ['first', 'second', 'third']) {
    writeSync(writer, text);
    await rotateLogs(folder, { maxBytes: 4, keep: 2 });
  }
  writeSync(writer, 'now');
  const contents = readdirSync(folder)
    .toSorted()
    .map((name) => `${name}: ${readFileSync(join(folder, name), 'utf8')}`);
  expect(contents).toEqual(['api.log: now', 'api.log.1: third', 'api.log.2: second']);
});
