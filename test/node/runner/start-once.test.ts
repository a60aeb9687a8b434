import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sh } from '../../../domain/command.ts';
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
  writeFileSync(trace, '');
});
afterEach(() => node.remove());

const traced = () => readFileSync(trace, 'utf8');

it.each([true, false])('starts one process for 50 equal requests at the same time (long: %s)', async (long) => {
  const gate = join(node.directory, 'gate');
  const command = sh`echo run >>${trace}; while [ ! -e ${gate} ]; do sleep 0.05; done; exit 3`;
  const requests = Array.from({ length: 50 }, () =>
    node.session.run(runRequest({ command, long, timeoutMs: 600_000 })),
  );
  await until(() => readLedger(node.directory).length === 50, 'all 50 have asked');
  writeFileSync(gate, '');
  const results = await Promise.all(requests);

  expect(traced()).toBe('run\n');
  expect(results.map(({ exitCode }) => exitCode)).toEqual(Array(50).fill(3));
  expect(results.filter(({ attached }) => !attached)).toHaveLength(1);
  const ledger = readLedger(node.directory);
  expect(ledger.filter(({ event }) => event === 'started')).toHaveLength(1);
  expect(ledger.filter(({ event }) => event === 'attached')).toHaveLength(49);
  expect(ledger.filter(({ event }) => event === 'ended')).toHaveLength(1);
});

it.each([true, false])('runs once when the client is killed at any moment and asks again (long: %s)', async (long) => {
  for (let moment = 0; moment < 25; moment += 1) {
    const request = runRequest({ command: sh`echo ${moment} >>${trace}`, step: `step-${moment}`, long });
    const first = node.session.run(request).catch(() => undefined);
    await sleep(moment * 3);
    node.cut();
    await first;
    expect(await node.session.run(request)).toMatchObject({ exitCode: 0, died: false });
  }
  expect(traced().trim().split('\n').map(Number)).toEqual(Array.from({ length: 25 }, (_, moment) => moment));
});

it('runs the same step of two instances side by side', async () => {
  const command = sh`echo run >>${trace}`;
  const [first, second] = await Promise.all([
    node.session.run(runRequest({ command, instance: 'nats/0' })),
    node.session.run(runRequest({ command, instance: 'nats/1' })),
  ]);
  expect(first.key).not.toBe(second.key);
  expect(traced()).toBe('run\nrun\n');
});

it('does not repeat what ended well after the check, and shows its output again', async () => {
  const request = runRequest({ command: sh`echo run | tee -a ${trace}` });
  const { startedAt } = await node.session.run(request);
  const again = await node.session.run({ ...request, heard: { startedAt, offset: 1 } });
  expect(again).toMatchObject({ exitCode: 0, attached: true, tail: 'un\n' });
  expect(traced()).toBe('run\n');
});

it('starts anew what ended well before the check', async () => {
  const request = runRequest({ command: sh`echo run >>${trace}` });
  await node.session.run(request);
  const { position } = await node.session.read(sh`true`);
  expect(position).toBe(2);
  expect(await node.session.run({ ...request, position })).toMatchObject({ attached: false });
  expect(traced()).toBe('run\nrun\n');
});

it('starts anew what failed', async () => {
  const request = runRequest({ command: sh`echo run >>${trace}; exit 4` });
  expect((await node.session.run(request)).exitCode).toBe(4);
  expect((await node.session.run(request)).exitCode).toBe(4);
  expect(events(readLedger(node.directory))).toBe('started, ended 4, started, ended 4');
});

it('starts anew what was over time, however it ended', async () => {
  const command = sh`echo run >>${trace}; trap 'exit 0' TERM; sleep 30 & wait`;
  const request = runRequest({ command, timeoutMs: 1_000 });
  await expect(node.session.run(request)).rejects.toMatchObject({ code: 'CommandTimedOut' });
  await expect(node.session.run(request)).rejects.toMatchObject({ code: 'CommandTimedOut' });
  expect(traced()).toBe('run\nrun\n');
});

it('stops at the first command that fails', async () => {
  const { exitCode, tail } = await node.session.run(runRequest({ command: sh`echo one; false; echo two` }));
  expect({ exitCode, tail }).toEqual({ exitCode: 1, tail: 'one\n' });
});

it('numbers the ledger without gaps and repairs what a power cut left', async () => {
  await node.session.run(runRequest({ step: 'first' }));
  appendFileSync(join(node.directory, 'ledger'), '{"seq":3,"at":"20');
  expect((await node.session.read(sh`true`)).position).toBe(2);
  await node.session.run(runRequest({ step: 'second', command: sh`echo "it's" \\ ${'ä'} >/dev/null` }));

  const ledger = readLedger(node.directory);
  expect(ledger.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  expect(ledger[2]).toEqual({
    seq: 3,
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    run: 7,
    instance: 'nats/0',
    step: 'second',
    round: 1,
    key: expect.stringMatching(/^[0-9a-f]{64}$/),
    event: 'started',
    exit: null,
    command: `echo "it's" \\\\ 'ä' >/dev/null`,
  });
});
