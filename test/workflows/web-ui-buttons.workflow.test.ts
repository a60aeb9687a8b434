// Over 200 lines, because a second file would start a second Temporal server and bundle the workflows once more.
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { currentRun } from '../../api/temporal/settle-run.ts';
import { connectCluster } from '../../api/temporal/temporal-cluster-client.ts';
import { inEnglish } from '../../domain/text/text.ts';
import { OWN_NAMESPACE } from '../../temporal/temporal-server.ts';
import { TASK_QUEUE } from '../../workflows/messages.ts';
import { line } from '../store/samples.ts';
import { until } from '../support/until.ts';
import { clusterRun, workUntilCancelled } from './cluster-run.ts';
import { fakeEngine } from './fake-engine.ts';
import { keptRuns } from './kept-runs.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from './workflow-temporal.ts';

let temporal: WorkflowTemporal;

beforeAll(async () => {
  temporal = await startWorkflowTemporal();
});
afterAll(() => temporal.stop());

describe('Terminate and Cancel of a child', () => {
  it.each(['terminate', 'cancel'] as const)('%s: its node is given up, and the run goes on', async (button) => {
    const run = clusterRun(temporal, `node-${button}`);
    const engine = fakeEngine({
      run: 1,
      nodes: ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
      instances: [
        { id: 'nats/0', address: '10.0.0.2' },
        { id: 'uaa/0', address: '10.0.0.3' },
      ],
      step: ({ target, step }) => (step === 'connect' && target !== '10.0.0.3' ? workUntilCancelled() : undefined),
    });
    await temporal.withWorker(engine.activities, async () => {
      await run.start();
      await until(() => engine.events.includes('end uaa/0 start'), 'everything else is done');
      // One has instances that wait for it, one has none.
      for (const address of ['10.0.0.1', '10.0.0.2'])
        await temporal.client.workflow.getHandle(`${run.id}/1/node/${address}`)[button]();
      const { outcome, reason } = await run.result();
      expect(outcome).toBe('incomplete');
      const how = button === 'cancel' ? 'cancelled' : 'terminated';
      expect(inEnglish(reason ?? '')).toContain(`10.0.0.1: its workflow was ${how}`);
      expect(inEnglish(reason ?? '')).toContain(`10.0.0.2: its workflow was ${how}`);
      expect(inEnglish(reason ?? '')).toContain('nats/0: its node 10.0.0.2 was given up');
    });
  });

  it.each(['terminate', 'cancel'] as const)('%s: its instance does not run, and the run goes on', async (button) => {
    const run = clusterRun(temporal, `instance-${button}`);
    const engine = fakeEngine({
      run: 2,
      nodes: [],
      instances: [
        { id: 'nats/0', address: '10.0.0.1' },
        { id: 'uaa/0', address: '10.0.0.1', needs: [{ component: 'nats', mode: 'any', hard: true }] },
        { id: 'etcd/0', address: '10.0.0.2' },
      ],
      step: ({ target, step }) => (target === 'nats/0' && step === 'start' ? workUntilCancelled() : undefined),
    });
    await temporal.withWorker(engine.activities, async () => {
      await run.start();
      await until(() => engine.events.includes('end etcd/0 verifyInstance'), 'the other is done');
      await temporal.client.workflow.getHandle(`${run.id}/2/instance/nats/0`)[button]();
      const { outcome, reason } = await run.result();
      expect(outcome).toBe('incomplete');
      expect(inEnglish(reason ?? '')).toContain(
        `nats/0: its workflow was ${button === 'cancel' ? 'cancelled' : 'terminated'}`,
      );
      expect(inEnglish(reason ?? '')).toContain('uaa/0: not started: needs nats');
    });
  });
});

describe('Request Cancellation of the root', () => {
  it('cancels the run as the update does', async () => {
    const run = clusterRun(temporal, 'root-cancel');
    const engine = fakeEngine({
      run: 3,
      nodes: ['10.0.0.1', '10.0.0.2'],
      instances: [],
      step: () => workUntilCancelled(),
    });
    await temporal.withWorker(engine.activities, async () => {
      await run.start();
      await until(() => engine.events.includes('begin 10.0.0.2 connect'), 'it works');
      await run.handle.cancel();
      expect(await run.result()).toMatchObject({ outcome: 'cancelled', run: 3 });
    });
    expect(engine.events.at(-1)).toBe('finish cancelled');
  });
});

/** A cluster whose node is at work until the test lets it go on, kept in a real store and asked through a real gateway. */
async function working(name: string) {
  const run = clusterRun(temporal, name);
  const work = Promise.withResolvers<void>();
  const engine = fakeEngine({
    run: 0,
    nodes: ['10.0.0.1'],
    instances: [{ id: 'nats/0', address: '10.0.0.1' }],
    step: ({ step }) => (step === 'checkDisk' ? Promise.race([work.promise, workUntilCancelled()]) : undefined),
  });
  const { store, activities } = await keptRuns(name, engine);
  const cluster = connectCluster(temporal.server, name, TASK_QUEUE);
  onTestFinished(() => cluster.close());
  return {
    ...run,
    engine,
    store,
    activities,
    goOn: () => work.resolve(),
    current: () => currentRun({ store, cluster }),
    deploy: () => cluster.deploy(1, Date.now() + 9_500),
    untilWorking: (times = 1) =>
      until(
        () => engine.events.filter((event) => event === 'begin 10.0.0.1 checkDisk').length === times,
        'the node is at work',
      ),
    untilWorker: () => until(async () => (await cluster.health()).worker, 'the worker is seen'),
    outcomeOf: async (number: number) => (await store.runs.get(number))?.outcome,
  };
}

describe('Terminate of the root', () => {
  it('ends the run as terminated, and the next deploy is a run of its own', async () => {
    const run = await working('root-terminated');
    await temporal.withWorker(run.activities, async () => {
      await run.untilWorker();
      expect(await run.deploy()).toMatchObject({ run: 1 });
      await run.untilWorking();
      await run.handle.terminate();
      await until(async () => (await run.current()) === undefined, 'it is seen that there is no run');
      expect(await run.outcomeOf(1)).toBe('terminated');
      run.goOn();
      expect(await run.deploy()).toMatchObject({ run: 2 });
      expect(await run.result()).toMatchObject({ outcome: 'ok', run: 2 });
    });
  });
});

it('ends when its run has been closed, instead of parking all there is', async () => {
  const run = await working('closed');
  await temporal.withWorker(run.activities, async () => {
    await run.untilWorker();
    await run.deploy();
    await run.untilWorking();
    await run.store.runs.finish(1, 'terminated', 'it was taken for dead', line('deploy 1 TERMINATED'));
    run.goOn();
    expect(await run.result()).toMatchObject({ outcome: 'terminated', run: 1 });
    const { status } = await temporal.client.workflow.getHandle(`${run.id}/1/node/10.0.0.1`).describe();
    expect(status.name).toBe('FAILED');
    expect(await run.deploy()).toMatchObject({ run: 2 });
  });
});

describe('Reset of the root', () => {
  const reset = async ({ id, handle }: { id: string; handle: WorkflowHandle }, to: 'first' | 'middle' | 'last') => {
    const { events } = await handle.fetchHistory();
    const tasks = (events ?? []).filter(({ workflowTaskCompletedEventAttributes: done }) => done != null);
    await temporal.client.workflowService.resetWorkflowExecution({
      namespace: OWN_NAMESPACE,
      workflowExecution: { workflowId: id },
      reason: 'Reset in the Web UI',
      requestId: crypto.randomUUID(),
      workflowTaskFinishEventId:
        tasks.at({ first: 0, middle: Math.floor(tasks.length / 2), last: -1 }[to])?.eventId ?? null,
    });
  };

  it('to its first point begins a run anew, and GET /deploy answers with that', async () => {
    const run = await working('reset-first');
    await temporal.withWorker(run.activities, async () => {
      await run.untilWorker();
      expect(await run.deploy()).toMatchObject({ run: 1 });
      await run.untilWorking();
      await reset(run, 'first');
      await run.untilWorking(2);
      expect(await run.current()).toMatchObject({ number: 2 });
      expect(await run.deploy()).toMatchObject({ run: 2 });
      run.goOn();
      expect(await run.result()).toMatchObject({ outcome: 'ok', run: 2 });
      await until(async () => (await run.current()) === undefined, 'no run is left open');
      expect([await run.outcomeOf(1), await run.outcomeOf(2)]).toEqual(['terminated', 'ok']);
    });
  });

  it('to a later point goes on with the run, and GET /deploy answers with it', async () => {
    const run = await working('reset-later');
    await temporal.withWorker(run.activities, async () => {
      await run.untilWorker();
      expect(await run.deploy()).toMatchObject({ run: 1 });
      await run.untilWorking();
      await reset(run, 'last');
      expect(await run.current()).toMatchObject({ number: 1 });
      expect(await run.deploy()).toMatchObject({ run: 1 });
      run.goOn();
      expect(await run.result()).toMatchObject({ outcome: 'ok', run: 1 });
      expect(await run.outcomeOf(1)).toBe('ok');
      // Nothing of it was done twice.
      expect(run.engine.events.filter((event) => event === 'begin nats/0 start')).toHaveLength(1);
    });
  });

  it('of a run that has ended ends at once, and the next deploy is a run of its own', async () => {
    const run = await working('reset-ended');
    run.goOn();
    await temporal.withWorker(run.activities, async () => {
      await run.untilWorker();
      await run.deploy();
      expect(await run.result()).toMatchObject({ outcome: 'ok', run: 1 });
      await reset(run, 'middle');
      expect(['terminated', 'ok', 'incomplete']).toContain((await run.result()).outcome);
      expect(await run.outcomeOf(1)).toBe('ok');
      expect(await run.deploy()).toMatchObject({ run: 2 });
      expect(await run.result()).toMatchObject({ outcome: 'ok', run: 2 });
    });
  });
});

describe('Start Workflow Like This One', () => {
  it('under another id is refused and leaves the run alone', async () => {
    const run = await working('copied');
    await temporal.withWorker(run.activities, async () => {
      await run.untilWorker();
      await run.deploy();
      await run.untilWorking();
      const args = [{ cluster: 'copied', operation: 'deploy' }];
      const copy = await temporal.client.workflow.start('deployCluster', {
        taskQueue: TASK_QUEUE,
        workflowId: 'cluster/copied-2',
        args,
      });
      const { outcome, reason } = await copy.result();
      expect(outcome).toBe('refused');
      expect(inEnglish(reason ?? '')).toContain('cluster/copied, not as cluster/copied-2');
      expect(await run.current()).toMatchObject({ number: 1 });
      run.goOn();
      expect(await run.result()).toMatchObject({ outcome: 'ok', run: 1 });
    });
  });

  it('of a part of a run is refused: it would work beside the one that it was copied from', async () => {
    const run = await working('copied-part');
    await temporal.withWorker(run.activities, async () => {
      await run.untilWorker();
      await run.deploy();
      await run.untilWorking();
      const part = await temporal.client.workflow.getHandle(`${run.id}/1/node/10.0.0.1`).fetchHistory();
      const [input] = part.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
      const copy = await temporal.client.workflow.start('prepareNode', {
        taskQueue: TASK_QUEUE,
        workflowId: 'copy-of-a-node',
        args: [JSON.parse(Buffer.from(input?.data ?? []).toString())],
      });
      await expect(copy.result()).rejects.toMatchObject({ cause: { type: 'InvalidRequest' } });
      run.goOn();
      expect(await run.result()).toMatchObject({ outcome: 'ok' });
    });
    expect(run.engine.events.filter((event) => event === 'begin 10.0.0.1 connect')).toHaveLength(1);
  });

  it('after the run has ended deploys again', async () => {
    const run = await working('again');
    run.goOn();
    await temporal.withWorker(run.activities, async () => {
      await run.start();
      expect(await run.result()).toMatchObject({ outcome: 'ok', run: 1 });
      await run.start();
      expect(await run.result()).toMatchObject({ outcome: 'ok', run: 2 });
    });
  });
});

describe('Reset of a child', () => {
  it('leaves the run with an end', async () => {
    const run = await working('child-reset');
    await temporal.withWorker(run.activities, async () => {
      await run.untilWorker();
      await run.deploy();
      await run.untilWorking();
      const child = temporal.client.workflow.getHandle(`${run.id}/1/node/10.0.0.1`);
      const { events } = await child.fetchHistory();
      const first = (events ?? []).find(({ workflowTaskCompletedEventAttributes: done }) => done != null);
      await temporal.client.workflowService.resetWorkflowExecution({
        namespace: OWN_NAMESPACE,
        workflowExecution: { workflowId: child.workflowId },
        reason: 'Reset in the Web UI',
        requestId: crypto.randomUUID(),
        workflowTaskFinishEventId: first?.eventId ?? null,
      });
      run.goOn();
      const { outcome, reason } = await run.result();
      expect(['ok', 'incomplete']).toContain(outcome);
      if (outcome === 'incomplete')
        expect(inEnglish(reason ?? '')).toContain('10.0.0.1: its workflow was terminated by hand');
    });
  });
});
