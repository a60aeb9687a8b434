import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createRepeatedCheck } from '../../activities/repeated-check.ts';
import { sh } from '../../domain/command.ts';
import { createLocalNode, type LocalNode } from '../support/local-node.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let node: LocalNode;
let fact: string;
let once: number;

beforeEach(() => {
  node = createLocalNode();
  fact = join(temporaryFolder(), 'fact');
  once = 0;
});
afterEach(() => node.remove());

const COMMAND = () => sh`echo $PPID >>${fact}.askers; cat ${fact}; echo; echo end; exit 3`;
const checks = (signal = new AbortController().signal) => createRepeatedCheck(node.session, signal);
const apart = () => {
  once += 1;
  return node.session.read(COMMAND());
};

it('sees what has changed in between, by one program', async () => {
  const check = checks();
  writeFileSync(fact, 'before\n\n');
  expect(await check.read(COMMAND(), apart)).toMatchObject({ exitCode: 3, stdout: 'before\n\n\nend\n', position: 0 });
  writeFileSync(fact, 'after');
  expect(await check.read(COMMAND(), apart)).toMatchObject({ exitCode: 3, stdout: 'after\nend\n' });
  const askers = readFileSync(`${fact}.askers`, 'utf8').trim().split('\n');
  expect([new Set(askers).size, once]).toEqual([1, 0]);
  check.close();
});

it('answers as a check by itself does', async () => {
  const check = checks();
  writeFileSync(fact, 'the same');
  const { exitCode, stdout, position, fence, owner } = await apart();
  expect(await check.read(COMMAND(), apart)).toEqual({ exitCode, stdout, position, fence, owner });
  check.close();
});

it('checks anew where the program is gone, or something else is asked', async () => {
  const check = checks();
  writeFileSync(fact, 'before');
  await check.read(COMMAND(), apart);
  await check.read(sh`true`, apart);
  expect(once).toBe(1);
  node.cut();
  expect((await check.read(COMMAND(), apart)).stdout).toBe('before\nend\n');
  expect(once).toBe(2);
  check.close();
});

it('asks nothing any more once it is to let go', async () => {
  const letGo = new AbortController();
  const check = checks(letGo.signal);
  letGo.abort(new Error('the worker stops'));
  await expect(check.read(COMMAND(), apart)).rejects.toThrow('the worker stops');
  expect([existsSync(`${fact}.askers`), once]).toEqual([false, 0]);
});
