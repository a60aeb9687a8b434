// Over 200 lines, because a second file would start a second Temporal server and bundle the workflows once more.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { holdSignal, instanceWorkflowId, type OperateRequest } from '../../../workflows/messages.ts';
import { until } from '../../support/until.ts';
import { clusterRun, workUntilCancelled } from '../cluster-run.ts';
import { failure, fakeEngine } from '../fake-engine.ts';
import { begins, operate, operateWhenParked } from './inside-parked.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from '../workflow-temporal.ts';

let temporal: WorkflowTemporal;

beforeAll(async () => {
  temporal = await startWorkflowTemporal();
});
afterAll(() => temporal.stop());

const NATS = { id: 'nats/0', address: '10.0.0.1' };
const COLLECTOR = { id: 'collector/0', address: '10.0.0.9' };
const OFTEN = { selfRetry: 300, selfRetryMax: 300 };
const STOP: OperateRequest = { operation: 'stop', instances: ['nats/0'] };

type Engine = ReturnType<typeof fakeEngine>;

/** The collector tries again and again, which shows that time has passed. */
async function untilOthersTry(engine: Engine): Promise<void> {
  const before = begins(engine, 'collector/0 start');
  await until(() => begins(engine, 'collector/0 start') > before + 2, 'another one has tried again and again');
}

const natsAlone = (step: NonNullable<Parameters<typeof fakeEngine>[0]['step']>): Engine =>
  fakeEngine({ run: 8, nodes: [], instances: [NATS], limits: OFTEN, step });

/** nats/0 fails its first start, and its second one lasts until it is called off and `end` is over. */
const retrying = (
  end: () => Promise<void> = async () => undefined,
  more: Partial<Parameters<typeof fakeEngine>[0]> = {},
) => {
  const engine: Engine = fakeEngine({
    run: 8,
    nodes: [],
    instances: [NATS, COLLECTOR],
    limits: OFTEN,
    step: async ({ target, step, round }) => {
      if (step !== 'start') return;
      if (target === 'collector/0' || round === 1) throw failure('JobNotRunning', `${target} does not exist`, true);
      if (round === 2) await workUntilCancelled(end);
    },
    ...more,
  });
  return engine;
};

it('ends with a run that is cancelled while a stop calls a retry off', async () => {
  const run = clusterRun(temporal, 'cancelled-meanwhile');
  const gate = Promise.withResolvers<void>();
  let isHeard = false;
  const engine = retrying(() => {
    isHeard = true;
    return gate.promise;
  });
  await temporal.withWorker(engine.activities, async () => {
    await run.start();
    await until(() => begins(engine, 'nats/0 start') === 2, 'it tries again by itself');
    const stop = operateWhenParked(run, STOP).catch(() => undefined);
    await until(() => isHeard, 'the retry has been called off');
    await run.cancel();
    gate.resolve();
    expect(await run.result()).toMatchObject({ outcome: 'cancelled' });
    await stop;
  });
});

it('ends what a retry has begun before it stops, and tells a later abort in the words of the park', async () => {
  const run = clusterRun(temporal, 'aborted-later');
  const engine = retrying();
  await temporal.withWorker(engine.activities, async () => {
    await run.start();
    await until(() => begins(engine, 'nats/0 start') === 2, 'it tries again by itself');
    expect(await operateWhenParked(run, STOP)).toMatchObject({ notDone: {} });
    await run.resolve({ action: 'abort' });
    expect(await run.result()).toMatchObject({
      outcome: 'incomplete',
      reason: expect.stringContaining('start given up: nats/0 does not exist'),
    });
  });
  expect(engine.before('end commands of nats/0', 'begin nats/0 stop')).toBe(true);
});

it('parks as it was where the worker of the retry is lost before it hears of the stop', async () => {
  const run = clusterRun(temporal, 'worker-lost');
  const lost = Promise.withResolvers<void>();
  const engine = natsAlone(async ({ step, round }) => {
    if (step !== 'start') return;
    if (round === 1) throw failure('JobNotRunning', 'nats/0 does not exist', true);
    // No heartbeat any more.
    await lost.promise;
  });
  await temporal.withWorker(engine.activities, async () => {
    await run.start();
    await until(() => begins(engine, 'nats/0 start') === 2, 'it tries again by itself');
    expect(await operateWhenParked(run, STOP)).toMatchObject({ notDone: {} });
    lost.resolve();
    await run.untilParked(['nats/0']);
    expect((await run.status()).parked).toMatchObject([{ code: 'JobNotRunning', message: 'nats/0 does not exist' }]);
    expect(begins(engine, 'nats/0 start')).toBe(2);
    await run.cancel();
    await run.result();
  });
});

it('does not tell an earlier failure for what had gone on and was stopped then', async () => {
  const run = clusterRun(temporal, 'gone-on');
  const engine = natsAlone(async ({ step, round }) => {
    if (step === 'installJob' && round === 1) throw failure('CommandFailed', 'no room', true);
    if (step === 'start' && round === 1) await workUntilCancelled();
  });
  await temporal.withWorker(engine.activities, async () => {
    await run.start();
    await until(() => begins(engine, 'nats/0 start') === 1, 'it has gone on');
    await temporal.client.workflow.getHandle(instanceWorkflowId('gone-on', 8, 'nats/0')).signal(holdSignal, true);
    await run.untilParked(['nats/0']);
    expect((await run.status()).parked).toMatchObject([{ step: 'start', message: 'an operator has stopped it' }]);
    await run.resolve();
    expect(await run.result()).toMatchObject({ outcome: 'ok' });
  });
});

it('stays stopped although a later stop is refused', async () => {
  const run = clusterRun(temporal, 'refused-later');
  let refusal: { code: string; message: string } | undefined;
  const engine = retrying(undefined, { refuseOperation: () => refusal });
  await temporal.withWorker(engine.activities, async () => {
    await run.start();
    await until(() => begins(engine, 'nats/0 start') === 2, 'it tries again by itself');
    expect(await operateWhenParked(run, STOP)).toMatchObject({ notDone: {} });
    refusal = { code: 'NodeUnreachable', message: 'another one is away' };
    expect(await operateWhenParked(run, { ...STOP, instances: ['nats/0', 'collector/0'] })).toMatchObject({
      problem: refusal,
    });
    await untilOthersTry(engine);
    expect(begins(engine, 'nats/0 start')).toBe(2);
    await run.cancel();
    await run.result();
  });
});

it('tries again by itself where the stop could not even be planned', async () => {
  const run = clusterRun(temporal, 'unplanned');
  const engine = retrying();
  engine.activities.planOperation = async () => {
    throw failure('InvalidRequest', 'There is no foo/9.');
  };
  await temporal.withWorker(engine.activities, async () => {
    await run.start();
    await until(() => begins(engine, 'nats/0 start') === 2, 'it tries again by itself');
    await expect(operateWhenParked(run, STOP)).rejects.toThrow();
    await until(() => begins(engine, 'nats/0 start') > 2, 'it tries again');
    await run.cancel();
    await run.result();
  });
});

it('comes before a retry that was asked for just before it', async () => {
  const run = clusterRun(temporal, 'retry-and-stop');
  const engine = natsAlone(({ step, round }) => {
    if (step === 'start' && round === 1) throw failure('JobNotRunning', 'nats/0 does not exist');
    return step === 'start' && round === 2 ? workUntilCancelled() : undefined;
  });
  await temporal.withWorker(engine.activities, async () => {
    await run.start();
    await run.untilParked(['nats/0']);
    const retry = await run.handle.startUpdate('resolve', { args: [{ action: 'retry' }], waitForStage: 'ACCEPTED' });
    const [, stopped] = await Promise.allSettled([retry.result(), operate(run, STOP)]);
    // Or it came when the retry was known to be at work, which is said.
    if (stopped.status === 'fulfilled') {
      await run.untilParked(['nats/0']);
      expect(engine.events).not.toContain('end nats/0 start');
    } else expect(String((stopped.reason as Error).cause)).toContain('is at work');
    await run.cancel();
    await run.result();
  });
});

it('keeps the run from what it names until it is over', async () => {
  const run = clusterRun(temporal, 'node-gets-through');
  const gate = Promise.withResolvers<void>();
  const repaired = { is: false };
  const engine = fakeEngine({
    run: 8,
    nodes: ['10.0.0.1'],
    instances: [
      { ...NATS, change: 'changed' },
      { id: 'database/0', address: '10.0.0.3' },
    ],
    limits: OFTEN,
    step: async ({ target, step }) => {
      if (step === 'checkDisk' && !repaired.is) throw failure('DiskFull', 'the disk is full', true);
      if (target === 'database/0' && step === 'stop') await gate.promise;
    },
  });
  await temporal.withWorker(engine.activities, async () => {
    await run.start();
    await run.untilParked(['10.0.0.1']);
    const stop = operateWhenParked(run, { ...STOP, instances: ['nats/0', 'database/0'] });
    await until(() => engine.events.includes('end nats/0 stop'), 'one is stopped');
    repaired.is = true;
    await until(() => engine.events.includes('end 10.0.0.1 checkDisk'), 'its node gets through');
    gate.resolve();
    expect(await stop).toMatchObject({ notDone: {} });
    await run.result();
  });
  expect(begins(engine, 'nats/0 start')).toBe(0);
});

it('restarts a roll without the deploy beside it', async () => {
  const run = clusterRun(temporal, 'roll');
  const repaired = { is: false };
  const engine = fakeEngine({
    run: 8,
    nodes: [],
    instances: [
      { ...NATS, change: 'changed' },
      { id: 'nats/1', address: '10.0.0.2', change: 'changed' },
    ],
    step: ({ target, step }) => {
      if (target === 'nats/0' && step === 'installJob' && !repaired.is) throw failure('CommandFailed', 'no room');
    },
  });
  await temporal.withWorker(engine.activities, async () => {
    await run.start();
    await run.untilParked(['nats/0']);
    repaired.is = true;
    const restart: OperateRequest = { operation: 'restart', instances: ['nats/0', 'nats/1'] };
    expect(await operateWhenParked(run, restart)).toMatchObject({ notDone: {} });
    expect(await run.result()).toMatchObject({ outcome: 'ok' });
  });
  expect(engine.before('end nats/1 restart', 'begin nats/1 quiesce')).toBe(true);
});
