import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sh } from '../../../domain/command.ts';
import { Secret } from '../../../domain/secret.ts';
import { createLocalNode, type LocalNode } from '../../support/local-node.ts';
import { FENCE, runRequest } from '../../support/run-request.ts';
import { until } from '../../support/until.ts';

const CANARY = "canary'$(touch /tmp/never)\\n-4711";

let node: LocalNode;

beforeEach(async () => {
  node = createLocalNode();
  await node.session.installRunner(FENCE);
});
afterEach(() => node.remove());

const everyFile = () =>
  readdirSync(node.directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');

/** Command lines and environments of every process of this machine. */
const everyProcess = () =>
  execFileSync('sh', ['-c', 'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null || true'], {
    maxBuffer: 64 * 1024 * 1024,
  }).toString('latin1');

it('shows a secret to the command alone: in no process list, environment or file', async () => {
  const gate = join(node.directory, 'gate');
  const ready = join(node.directory, 'ready');
  const secret = new Secret('password', CANARY);
  const watch = node.session.run(
    runRequest({
      long: false,
      command: sh`
        printf %s ${secret} | sha256sum
        [ "$(sh -c 'echo "$SECRET_password"')" = '' ] || exit 9
        [ ! -e /proc/self/fd/4 ] || exit 8
        touch ${ready}
        while [ ! -e ${gate} ]; do sleep 0.05; done`,
    }),
  );
  await until(() => existsSync(ready), 'the command runs');
  const seen = everyProcess() + everyFile();
  writeFileSync(gate, '');
  const { exitCode, tail } = await watch;

  expect(exitCode).toBe(0);
  expect(tail).toContain(execFileSync('sha256sum', { input: CANARY }).toString().slice(0, 64));
  expect(seen).not.toContain('canary');
  expect(everyFile()).not.toContain('canary');
  expect(everyFile()).toContain('SECRET_password=********');
});

it('gives a secret to a read as well', async () => {
  const { stdout } = await node.session.read(sh`printf %s ${new Secret('password', CANARY)}`);
  expect(stdout).toBe(CANARY);
});

it('refuses to store a secret or an input with a long command', async () => {
  const command = sh`echo ${new Secret('password', CANARY)}`;
  await expect(node.session.run(runRequest({ command }))).rejects.toThrow(TypeError);
  await expect(node.session.run(runRequest({ stdin: Buffer.from('x') }))).rejects.toThrow(TypeError);
});
