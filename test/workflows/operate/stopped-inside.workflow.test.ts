import { afterAll, beforeAll, expect, it } from 'vitest';
import { instanceWorkflowId } from '../../../workflows/messages.ts';
import { until } from '../../support/until.ts';
import { clusterRun, workUntilCancelled } from '../cluster-run.ts';
import { failure, fakeEngine } from '../fake-engine.ts';
import { begins, operateWhenParked } from './inside-parked.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from '../workflow-temporal.ts';

let temporal: WorkflowTemporal;

beforeAll(async () => {
  temporal = await startWorkflowTemporal();
});
afterAll(() => temporal.stop());

const NATS = { id: 'nats/0', address: '10.0.0.1' };
const UAA = { id: 'uaa/0', address: '10.0.0.4' };
const COLLECTOR = { id: 'collector/0', address: '10.0.0.9' };
const OFTEN = { selfRetry: 500, selfRetryMax: 500 };

it('calls off the retry that is at work, so that what is stopped stays stopped', async () => {
  const run = clusterRun(temporal, 'called-off');
  const lost = Promise.withResolvers<void>();
  const engine = fakeEngine({
    run: 8,
    nodes: [],
    instances: [NATS, COLLECTOR],
    limits: OFTEN,
    step: async ({ target, step, round }) => {
      if (step !== 'start') return;
      if (target === 'collector/0' || round === 1) throw failure('JobNotRunning', `${target} does not exist`, true);
      if (begins(engine, 'nats/0 start') > 2) return;
      await Promise.race([workUntilCancelled(), lost.promise]);
      throw new Error('the connection was lost');
    },
  });
  await temporal.withWorker(engine.activities, async () => {
    await run.start();
    await until(() => begins(engine, 'nats/0 start') === 2, 'it tries again by itself');
    expect(await operateWhenParked(run, { operation: 'stop', instances: ['nats/0'] })).toMatchObject({
      notDone: {},
      notes: { 'nats/0': 'stays parked at start: retry starts it again, abort leaves it stopped' },
    });
    lost.resolve();
    const before = begins(engine, 'collector/0 start');
    await until(() => begins(engine, 'collector/0 start') > before + 2, 'another one has tried again and again');
    expect(begins(engine, 'nats/0 start')).toBe(2);
    expect((await run.status()).parked).toContainEqual(
      expect.objectContaining({ target: 'nats/0', message: 'nats/0 does not exist' }),
    );
    await run.resolve({ action: 'retry', targets: ['nats/0'] });
    await until(() => engine.events.includes('end nats/0 start'), 'a decision starts it');
    await run.cancel();
    await run.result();
  });
});

it('does not start what was stopped while its node was parked', async () => {
  const run = clusterRun(temporal, 'node-parked');
  const repaired = { is: false };
  const engine = fakeEngine({
    run: 8,
    nodes: ['10.0.0.1'],
    instances: [{ ...NATS, change: 'changed' }],
    limits: OFTEN,
    step: ({ step }) => {
      if (step === 'checkDisk' && !repaired.is) throw failure('DiskFull', 'the disk is full', true);
    },
  });
  await temporal.withWorker(engine.activities, async () => {
    await run.start();
    await run.untilParked(['10.0.0.1']);
    expect(await operateWhenParked(run, { operation: 'stop', instances: ['nats/0'] })).toMatchObject({ notDone: {} });
    repaired.is = true;
    expect(await run.result()).toMatchObject({
      outcome: 'incomplete',
      reason: expect.stringContaining('nats/0: not updated: an operator has stopped it inside this run'),
    });
  });
  expect(begins(engine, 'nats/0 start')).toBe(0);
});

it('updates what was stopped while its node was parked and then restarted', async () => {
  const run = clusterRun(temporal, 'restarted-again');
  const repaired = { is: false };
  const engine = fakeEngine({
    run: 8,
    nodes: ['10.0.0.1'],
    instances: [{ ...NATS, change: 'changed' }],
    step: ({ step }) => {
      if (step === 'checkDisk' && !repaired.is) throw failure('DiskFull', 'the disk is full');
    },
  });
  await temporal.withWorker(engine.activities, async () => {
    await run.start();
    await run.untilParked(['10.0.0.1']);
    for (const operation of ['stop', 'restart'] as const)
      expect(await operateWhenParked(run, { operation, instances: ['nats/0'] })).toMatchObject({ notDone: {} });
    repaired.is = true;
    await run.resolve();
    expect(await run.result()).toMatchObject({ outcome: 'ok' });
  });
});

it('restarts what needs an instance whose parked step is tried again for it', async () => {
  const run = clusterRun(temporal, 'needed');
  const repaired = { is: false };
  const engine = fakeEngine({
    run: 8,
    nodes: [],
    instances: [NATS, UAA],
    step: ({ target, step }) => {
      if (target === 'nats/0' && step === 'installJob' && !repaired.is) throw failure('CommandFailed', 'no room');
    },
  });
  await temporal.withWorker(engine.activities, async () => {
    await run.start();
    await run.untilParked(['nats/0']);
    repaired.is = true;
    expect(await operateWhenParked(run, { operation: 'restart', instances: ['nats/0', 'uaa/0'] })).toEqual({
      run: 8,
      notDone: {},
      notes: {},
    });
    expect(await run.result()).toMatchObject({ outcome: 'ok' });
  });
  expect(engine.before('end nats/0 start', 'begin uaa/0 restart')).toBe(true);
});

it('does not answer that it was restarted where its child was terminated', async () => {
  const run = clusterRun(temporal, 'terminated');
  const engine = fakeEngine({
    run: 8,
    nodes: [],
    instances: [NATS],
    step: async ({ step, round }) => {
      if (step !== 'installJob') return;
      if (round === 1) throw failure('CommandFailed', 'no room');
      await workUntilCancelled();
    },
  });
  await temporal.withWorker(engine.activities, async () => {
    await run.start();
    await run.untilParked(['nats/0']);
    const answer = operateWhenParked(run, { operation: 'restart', instances: ['nats/0'] });
    await until(() => begins(engine, 'nats/0 installJob') === 2, 'it is tried again');
    await temporal.client.workflow.getHandle(instanceWorkflowId('terminated', 8, 'nats/0')).terminate();
    expect(await answer).toMatchObject({
      problem: { code: 'RunEnded' },
      notDone: { 'nats/0': { state: 'failed', code: 'RunEnded' } },
    });
    await run.result();
  });
});
