import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../support/until.ts';
import { clusterRun, workUntilCancelled } from '../cluster-run.ts';
import { failure, fakeEngine } from '../fake-engine.ts';
import { recordHistory } from '../record-history.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from '../workflow-temporal.ts';

let temporal: WorkflowTemporal;

beforeAll(async () => {
  temporal = await startWorkflowTemporal();
});
afterAll(() => temporal.stop());

const WHAT = '2 packages that nothing uses any more, 3.0 MB';
const [A, B] = ['10.0.0.1', '10.0.0.2'] as const;
const sweeps = [A, B].map((address) => ({ address, what: WHAT }));

it('sweeps a node once everything runs, and says in its summary how much that frees', async () => {
  const run = clusterRun(temporal, 'swept');
  const engine = fakeEngine({
    run: 1,
    nodes: [A],
    instances: [
      { id: 'nats/0', address: A, change: 'changed' },
      { id: 'uaa/0', address: B, change: 'changed' },
    ],
    sweeps,
  });
  await temporal.withWorker(engine.activities, async () => {
    await run.start();
    expect(await run.result()).toMatchObject({ outcome: 'ok' });
  });
  for (const id of ['nats/0', 'uaa/0'])
    for (const node of [A, B]) expect(engine.before(`end ${id} verifyInstance`, `begin ${node} sweep`)).toBe(true);
  expect(engine.before(`end ${B} sweep`, 'finish ok')).toBe(true);
  const { events } = await run.handle.fetchHistory();
  const summaries = events?.map(({ userMetadata }) => String(userMetadata?.summary?.data ?? ''));
  expect(summaries?.some((text) => text.includes(`Sweep ${A}: ${WHAT}`))).toBe(true);
  await recordHistory(temporal, 'swept', 'swept');
});

it('ends well although a node could not be swept, and changes nothing by sweeping alone', async () => {
  const run = clusterRun(temporal, 'not-swept');
  const engine = fakeEngine({
    run: 2,
    nodes: [],
    instances: [],
    sweeps,
    step: ({ target }) => {
      if (target === A) throw failure('CommandFailed', 'rm: cannot remove it');
    },
  });
  await temporal.withWorker(engine.activities, async () => {
    await run.start();
    expect(await run.result()).toEqual({ outcome: 'unchanged', run: 2 });
  });
  expect(engine.events).toContain(`end ${B} sweep`);
});

it('keeps what was there where something did not come up', async () => {
  const run = clusterRun(temporal, 'kept');
  const engine = fakeEngine({
    run: 3,
    nodes: [],
    instances: [
      { id: 'nats/0', address: A, change: 'changed' },
      { id: 'uaa/0', address: B, change: 'changed' },
    ],
    sweeps,
    step: ({ target, step }) => {
      if (target === 'nats/0' && step === 'start') throw failure('JobNotRunning', 'nats does not run');
    },
  });
  await temporal.withWorker(engine.activities, async () => {
    await run.start();
    await run.untilParked(['nats/0']);
    await run.resolve({ action: 'abort' });
    expect(await run.result()).toMatchObject({ outcome: 'incomplete' });
  });
  expect(engine.events).not.toContain(`begin ${A} sweep`);
  expect(engine.events).toContain(`end ${B} sweep`);
});

it('gives back a node that was only prepared, which is a change', async () => {
  const run = clusterRun(temporal, 'given-back');
  const engine = fakeEngine({
    run: 3,
    nodes: [],
    instances: [],
    sweeps: [{ address: A, what: 'it carries nothing', step: 'giveBack' }],
  });
  await temporal.withWorker(engine.activities, async () => {
    await run.start();
    expect(await run.result()).toEqual({ outcome: 'ok', run: 3 });
  });
  expect(engine.before(`end ${A} giveBack`, 'finish ok')).toBe(true);
});

it('is cancelled while it sweeps', async () => {
  const run = clusterRun(temporal, 'called-off');
  const engine = fakeEngine({ run: 4, nodes: [], instances: [], sweeps, step: () => workUntilCancelled() });
  await temporal.withWorker(engine.activities, async () => {
    await run.start();
    await until(async () => engine.events.includes(`begin ${A} sweep`), 'it sweeps');
    await run.cancel();
    expect(await run.result()).toMatchObject({ outcome: 'cancelled' });
  });
  expect(engine.events).toContain(`end commands of ${A}`);
});
