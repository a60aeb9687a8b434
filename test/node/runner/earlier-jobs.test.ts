import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sh } from '../../../domain/command.ts';
import type { Job } from '../../../ssh/node-session.ts';
import { commandKey } from '../../../ssh/runner/key.ts';
import { readLedger } from '../../support/ledger.ts';
import { createLocalNode, type LocalNode } from '../../support/local-node.ts';
import { FENCE, runRequest } from '../../support/run-request.ts';
import { until } from '../../support/until.ts';

const STEP = { fence: FENCE, instance: 'nats/0', step: 'installJob' };

let node: LocalNode;

beforeEach(async () => {
  node = createLocalNode();
  await node.session.installRunner(FENCE);
});
afterEach(() => node.remove());

/** All that a job has said from a byte on, and how it stands at its end. */
async function heard(job: Job, offset = 0) {
  let said = '';
  const end = await node.session.follow(job, { offset, onOutput: (chunk) => void (said += Buffer.from(chunk)) });
  return { ...end, said };
}

it('names each start of a command, and gives the output of each', async () => {
  const request = runRequest({ command: sh`echo no; exit 4` });
  const first = await node.session.run(request);
  const second = await node.session.run({ ...request, heard: { startedAt: first.startedAt, offset: 3 } });
  expect([first.startedAt, second.startedAt]).toEqual([1, 3]);
  expect(second.tail).toBe('no\n');

  const key = commandKey(request);
  const jobs = await node.session.jobs(STEP);
  expect(jobs).toEqual([
    { key, round: 1, startedAt: 1, keepsOutput: true, place: `archive/2.${key}` },
    { key, round: 1, startedAt: 3, keepsOutput: true, place: `jobs/${key}` },
  ]);
  for (const job of jobs) expect(await heard(job, 1)).toMatchObject({ state: 'exited', exitCode: 4, said: 'o\n' });
});

it('lists what any round of the step started, and of nothing else', async () => {
  await node.session.run(runRequest({ round: 2 }));
  await node.session.run(runRequest({ step: 'installJobs' }));
  await node.session.run(runRequest({ instance: 'nats/1' }));
  await node.session.run(runRequest({ long: false }));
  const jobs = await node.session.jobs(STEP);
  expect(jobs.map(({ round, keepsOutput }) => [round, keepsOutput])).toEqual([
    [2, true],
    [1, false],
  ]);
  expect(await node.session.jobs({ ...STEP, fence: { ...FENCE, run: 8 } })).toEqual([]);
  expect(await node.session.jobs({ ...STEP, fence: { ...FENCE, generation: 2 } })).toEqual([]);
});

it('has nothing to list on a node without a runner', async () => {
  const other = createLocalNode();
  expect(await other.session.jobs(STEP)).toEqual([]);
  await other.remove();
});

it('follows a job that runs to its end', async () => {
  const gate = join(node.directory, 'gate');
  const command = sh`echo one; touch ${`${gate}.seen`}; while [ ! -e ${gate} ]; do sleep 0.05; done; echo two; exit 7`;
  const watch = node.session.run(runRequest({ command })).catch(() => undefined);
  await until(() => existsSync(`${gate}.seen`), 'the command runs');
  node.cut();
  await watch;

  const [job] = await node.session.jobs(STEP);
  if (job === undefined) throw new Error('the job is not listed');
  const following = heard(job);
  const events = () => readLedger(node.directory).map(({ event, key }) => (key === job.key ? event : undefined));
  await until(() => events().includes('attached'), 'the ledger tells who listens again');
  writeFileSync(gate, '');
  expect(await following).toMatchObject({ state: 'exited', exitCode: 7, said: 'one\ntwo\n', tail: 'one\ntwo\n' });
  expect(events()).toEqual(['started', 'attached', 'ended']);
  await heard(job);
  expect(events()).toEqual(['started', 'attached', 'ended']);
});

it('does not take a second start for the one that was listed', async () => {
  const request = runRequest({ command: sh`echo once; exit 1` });
  await node.session.run(request);
  const [listed] = await node.session.jobs(STEP);
  await node.session.run(request);
  expect(readLedger(node.directory).filter(({ event }) => event === 'started')).toHaveLength(2);
  expect(await heard(listed as Job)).toMatchObject({ state: 'none', said: '' });
});
