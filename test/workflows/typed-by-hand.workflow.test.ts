import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TASK_QUEUE } from '../../workflows/messages.ts';
import { until } from '../support/until.ts';
import { clusterRun } from './cluster-run.ts';
import { failure, fakeEngine } from './fake-engine.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from './workflow-temporal.ts';

let temporal: WorkflowTemporal;
let next = 0;

beforeAll(async () => {
  temporal = await startWorkflowTemporal();
});
afterAll(() => temporal.stop());

const NODE = '10.0.0.1';

/** A run whose node is parked until `mend` is called. */
function parkedRun() {
  const name = `typed-${++next}`;
  let isBroken = true;
  const engine = fakeEngine({
    run: 1,
    nodes: [NODE],
    instances: [],
    step: ({ step }) => {
      if (isBroken && step === 'connect') throw failure('AuthenticationFailed', 'wrong password');
    },
  });
  return { ...clusterRun(temporal, name), engine, mend: () => void (isBroken = false) };
}

const NOTHING_MEANT = [undefined, null, 7, 'retry', [], {}, { action: 'frob' }, { action: 'retry', targets: 'all' }];

describe('Send a Signal', () => {
  it.each<[string, object]>([
    ['parked', { target: 'nats/0', step: 'start', round: 1, park: 1, code: 'JobNotRunning', message: 'it is down' }],
    ['waiting', { target: 'nats/0', builder: '10.0.0.9' }],
    ['looked', { address: NODE, changes: [] }],
  ])(
    'of an earlier execution (%s), as a Reset repeats it, is about nobody',
    async (name, news) => {
      const cluster = clusterRun(temporal, `earlier-${name}`);
      const prepared = Promise.withResolvers<void>();
      const engine = fakeEngine({
        run: 1,
        nodes: [NODE],
        instances: ['nats/0', 'dea/0'].map((id) => ({ id, address: NODE, change: 'changed' })),
        step: ({ step }) => (step === 'connect' ? prepared.promise : undefined),
      });
      await temporal.withWorker(engine.activities, async () => {
        await cluster.start();
        await until(() => engine.events.includes(`begin ${NODE} connect`), 'its node is at work');
        await cluster.handle.signal(name, news);
        prepared.resolve();
        expect(await cluster.result()).toMatchObject({ outcome: 'ok' });
      });
      expect(engine.events).toEqual(expect.arrayContaining(['end nats/0 start', 'end dea/0 start']));
    },
    30_000,
  );

  it('with an input that means nothing leaves root and child at work', async () => {
    const run = parkedRun();
    await temporal.withWorker(run.engine.activities, async () => {
      await run.start();
      await run.untilParked([NODE]);
      const child = temporal.client.workflow.getHandle(`${run.id}/1/node/${NODE}`);
      for (const input of NOTHING_MEANT) {
        const args: [] | [unknown] = input === undefined ? [] : [input];
        for (const name of ['resolveFromRoot', 'parked', 'unparked', 'silent', 'waiting', 'looked'])
          await run.handle.signal(name, ...args);
        for (const name of ['resolveFromRoot', 'slot', 'silence']) await child.signal(name, ...args);
      }
      await run.untilParked([NODE]);
      run.mend();
      await run.resolve();
      expect(await run.result()).toMatchObject({ outcome: 'ok' });
    });
  });

  it('cannot skip what nothing could follow', async () => {
    const run = parkedRun();
    await temporal.withWorker(run.engine.activities, async () => {
      await run.start();
      await run.untilParked([NODE]);
      await run.handle.signal('resolveFromRoot', { action: 'skip' });
      await temporal.client.workflow
        .getHandle(`${run.id}/1/node/${NODE}`)
        .signal('resolveFromRoot', { action: 'skip' });
      run.mend();
      await run.resolve();
      expect(await run.result()).toMatchObject({ outcome: 'ok' });
    });
    expect(run.engine.events).not.toContain(`skip ${NODE} connect`);
  });
});

describe('Send an Update', () => {
  it.each([
    { revision: 3, answerBy: 'soon' },
    { revision: 3, answerBy: 1e300 },
    { revision: 3, acceptBy: 'now' },
  ])('deploy %j does not stop the run', async (request) => {
    const run = parkedRun();
    await temporal.withWorker(run.engine.activities, async () => {
      await run.start();
      // while it surveys
      await run.handle.executeUpdate('deploy', { args: [request] }).catch(() => undefined);
      await run.untilParked([NODE]);
      await run.handle.executeUpdate('deploy', { args: [request] }).catch(() => undefined);
      await run.handle.executeUpdate('cancel');
      expect(await run.result()).toMatchObject({ outcome: 'cancelled' });
    });
  });

  it.each([
    { action: 'retry', reason: { why: 'x' } },
    { action: 'retry', park: 'x' },
    { action: 'retry', reason: 5 },
  ])('resolve %j is refused', async (request) => {
    const run = parkedRun();
    await temporal.withWorker(run.engine.activities, async () => {
      await run.start();
      await run.untilParked([NODE]);
      await expect(run.handle.executeUpdate('resolve', { args: [request] })).rejects.toMatchObject({
        cause: { type: 'InvalidRequest' },
      });
      await run.cancel();
      expect(await run.result()).toMatchObject({ outcome: 'cancelled' });
    });
  });
});

describe('Start Workflow', () => {
  it.each([null, 7, 'x', [], { cluster: 5 }, { cluster: {} }, { cluster: 'another' }, { beginWithin: 'x' }])(
    'deployCluster with %j deploys the cluster of its id or is refused, and ends',
    async (input) => {
      const run = parkedRun();
      run.mend();
      await temporal.withWorker(run.engine.activities, async () => {
        await temporal.client.workflow.start('deployCluster', {
          taskQueue: TASK_QUEUE,
          workflowId: run.id,
          args: [input],
        });
        const result = await run.result();
        expect(['ok', 'refused']).toContain(result.outcome);
        if (result.outcome === 'ok') await temporal.client.workflow.getHandle(`${run.id}/1/node/${NODE}`).describe();
      });
    },
  );

  it.each(['prepareNode', 'updateInstance', 'inspectCluster'])('%s without an input fails at once', async (type) => {
    const { engine } = parkedRun();
    await temporal.withWorker(engine.activities, async () => {
      const started = await temporal.client.workflow.start(type, {
        taskQueue: TASK_QUEUE,
        workflowId: `typed-${type}`,
        args: [],
      });
      await expect(started.result()).rejects.toMatchObject({ cause: { type: 'InvalidRequest' } });
    });
  });
});
