import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sh } from '../../../domain/command.ts';
import { commandKey } from '../../../ssh/runner/key.ts';
import { events, readLedger } from '../../support/ledger.ts';
import { createLocalNode, type LocalNode } from '../../support/local-node.ts';
import { FENCE, runRequest } from '../../support/run-request.ts';
import { until } from '../../support/until.ts';

let node: LocalNode;
let trace: string;

beforeEach(async () => {
  node = createLocalNode();
  await node.session.installRunner(FENCE);
  trace = join(node.directory, 'trace');
});
afterEach(() => node.remove());

const jobFile = (key: string, name: string) => join(node.directory, 'jobs', key, name);
const supervisorOf = (key: string) => Number(readFileSync(jobFile(key, 'owner'), 'utf8').split(' ')[0]);

/** A zombie is dead, but whoever should reap it may take its time. */
function isAlive(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !/\) [ZX] /.test(readFileSync(stat, 'utf8'));
}

it('tells a killed job from one that ended, and ends what it left before starting anew', async () => {
  const request = runRequest({ command: sh`echo $$ >>${trace}; echo up; sleep 300` });
  const key = commandKey(request);
  const first = node.session.run(request);
  await until(async () => (await node.session.poll(key)).size === 3, 'the command runs');

  process.kill(supervisorOf(key), 'SIGKILL');
  expect(await first).toMatchObject({ died: true, exitCode: undefined, tail: 'up\n' });
  expect(await node.session.poll(key)).toMatchObject({ state: 'died', exitCode: undefined });
  const orphan = Number(readFileSync(trace, 'utf8'));
  expect(isAlive(orphan)).toBe(true);

  const second = node.session.run(request);
  await until(() => readFileSync(trace, 'utf8').split('\n').length === 3, 'the command runs again');
  expect(isAlive(orphan)).toBe(false);
  expect(await node.session.stop(key)).toMatchObject({ state: 'exited', exitCode: 143 });
  expect((await second).exitCode).toBe(143);
  expect(events(readLedger(node.directory))).toBe('started, ended null, started, ended 143');
});

it('ends nobody for a job that has ended, whoever got the pid of its supervisor', async () => {
  const request = runRequest({ command: sh`echo done` });
  const key = commandKey(request);
  await node.session.run(request);
  await until(() => existsSync(jobFile(key, 'ended')), 'its end is noted');
  // As a daemon does: the leader of its session is gone.
  const [leader = 0, daemon = 0] = execFileSync('setsid', ['sh', '-c', 'sleep 300 >/dev/null 2>&1 & echo $$ $!'], {
    encoding: 'utf8',
  })
    .split(' ')
    .map(Number);
  const [, ticks, boot] = readFileSync(jobFile(key, 'owner'), 'utf8').split(' ');
  writeFileSync(jobFile(key, 'owner'), `${leader} ${ticks} ${boot}`);
  expect(await node.session.stop(key)).toMatchObject({ state: 'exited', exitCode: 0 });
  expect(isAlive(daemon)).toBe(true);
  process.kill(daemon);
});

it('gives the code of a command that was killed with -9', async () => {
  expect(await node.session.run(runRequest({ command: sh`kill -9 $$` }))).toMatchObject({ exitCode: 137, died: false });
});

it('attaches to what survived its connection, and reads on where it left off', async () => {
  const gate = join(node.directory, 'gate');
  const request = runRequest({
    command: sh`echo run >>${trace}; echo one; while [ ! -e ${gate} ]; do sleep 0.05; done; echo two`,
  });
  let heard = { startedAt: 0, offset: 0 };
  const watch = node.session.run({
    ...request,
    onOutput: (chunk, start, startedAt) => void (heard = { startedAt, offset: start + chunk.length }),
  });
  const lost = expect(watch).rejects.toMatchObject({ code: 'ConnectionLost' });
  await until(() => heard.offset === 4, 'the first line came');
  node.cut();
  await lost;

  const again = node.session.run({ ...request, heard });
  await until(() => readLedger(node.directory).some(({ event }) => event === 'attached'), 'attached');
  writeFileSync(gate, '');
  expect(await again).toMatchObject({ exitCode: 0, attached: true, tail: 'two\n' });
  expect(readFileSync(trace, 'utf8')).toBe('run\n');
});

it('lets an aborted caller go and the command run on', async () => {
  const gate = join(node.directory, 'gate');
  const request = runRequest({ command: sh`touch ${trace}; while [ ! -e ${gate} ]; do sleep 0.05; done` });
  const controller = new AbortController();
  const watch = node.session.run({ ...request, signal: controller.signal });
  await until(() => existsSync(trace), 'the command runs');
  controller.abort(new Error('shutting down'));
  await expect(watch).rejects.toThrow('shutting down');
  expect((await node.session.poll(commandKey(request))).state).toBe('running');
  writeFileSync(gate, '');
  expect(await node.session.run(request)).toMatchObject({ exitCode: 0, attached: true });
});

it('finishes and records an attached command whose connection broke', async () => {
  const gate = join(node.directory, 'gate');
  const command = sh`touch ${trace}; while [ ! -e ${gate} ]; do sleep 0.05; done; echo output; touch ${`${trace}.end`}`;
  const request = runRequest({ command, long: false });
  const lost = expect(node.session.run(request)).rejects.toMatchObject({ code: 'ConnectionLost' });
  await until(() => existsSync(trace), 'the command runs');
  node.cut();
  await lost;
  writeFileSync(gate, '');
  await until(() => readLedger(node.directory).length === 2, 'its end is recorded');
  expect(existsSync(`${trace}.end`)).toBe(true);
  expect(events(readLedger(node.directory))).toBe('started, ended 0');
});

it('gives output byte for byte, in odd pieces, while it is written', async () => {
  const line = String.raw`printf 'line %d \303\244 \000\377\n' $i`;
  const command = { text: `i=0; while [ $i -lt 20000 ]; do ${line}; i=$((i+1)); done`, secrets: {} };
  const request = runRequest({ command });
  const streamed: Uint8Array[] = [];
  const watch = node.session.run({ ...request, onOutput: (chunk) => void streamed.push(chunk) });

  const key = commandKey(request);
  await until(async () => (await node.session.poll(key, 0, 0)).state !== 'none', 'it runs');
  const pieces: Uint8Array[] = [];
  let offset = 0;
  await until(async () => {
    const { state, size, output } = await node.session.poll(key, offset, 70_001);
    pieces.push(output);
    offset += output.length;
    return state === 'exited' && offset === size;
  }, 'all of it was read');
  await watch;

  const expected = Buffer.concat(
    Array.from({ length: 20_000 }, (_, index) => [
      Buffer.from(`line ${index} ä `),
      Buffer.from([0, 0xff, 0x0a]),
    ]).flat(),
  );
  expect(Buffer.concat(pieces).equals(expected)).toBe(true);
  expect(Buffer.concat(streamed).equals(expected)).toBe(true);
});

it('passes standard input byte for byte', async () => {
  const stdin = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256));
  const request = runRequest({ command: sh`cat >${trace}`, long: false, stdin });
  expect((await node.session.run(request)).exitCode).toBe(0);
  expect(readFileSync(trace).equals(stdin)).toBe(true);
});

it('holds a reader that is slow back without losing a byte', async () => {
  let length = 0;
  let inside = 0;
  await node.session.run(
    runRequest({
      command: sh`head -c 3000000 /dev/zero`,
      async onOutput(chunk, start) {
        expect(start).toBe(length);
        expect((inside += 1)).toBe(1);
        await new Promise(setImmediate);
        length += chunk.length;
        inside -= 1;
      },
    }),
  );
  expect(length).toBe(3_000_000);
});

it('does not wait for a daemon that keeps the output open', async () => {
  const command = sh`setsid sleep 300 & echo $! >${trace}`;
  for (const long of [true, false]) {
    expect((await node.session.run(runRequest({ command, long, step: `start-${long}` }))).exitCode).toBe(0);
    const daemon = Number(readFileSync(trace, 'utf8'));
    expect(isAlive(daemon)).toBe(true);
    process.kill(daemon);
  }
});

it('leaves no file in memory behind, not even one of a starter that was killed', async () => {
  const attached = (step: string) => runRequest({ step, long: false, command: sh`cat`, stdin: Buffer.from('x') });
  const named = () => readFileSync(join(node.directory, 'memory'), 'utf8').trim();
  await node.session.run(attached('first'));
  const left = named();
  expect(existsSync(left)).toBe(false);
  mkdirSync(left);
  await node.session.run(attached('second'));
  expect([left, named()].filter((path) => existsSync(path))).toEqual([]);
});
