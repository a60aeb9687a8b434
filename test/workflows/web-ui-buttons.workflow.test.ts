import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inEnglish } from '../../domain/text/text.ts';
import { TASK_QUEUE } from '../../workflows/messages.ts';
import { line } from '../store/samples.ts';
import { until } from '../support/until.ts';
import { clusterRun, workUntilCancelled } from './cluster-run.ts';
import { fakeEngine } from './fake-engine.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from './workflow-temporal.ts';
import { workingCluster } from './working-cluster.ts';

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

describe('Terminate of the root', () => {
  it('ends the run as terminated, and the next deploy is a run of its own', async () => {
    const run = await workingCluster(temporal, 'root-terminated');
    await temporal.withWorker(run.activities, async () => {
      await run.untilWorks();
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
  const run = await workingCluster(temporal, 'closed');
  await temporal.withWorker(run.activities, async () => {
    await run.untilWorks();
    await run.deploy();
    await run.untilWorking();
    await run.store.runs.finish(1, 'terminated', 'it was taken for dead', line('deploy 1 TERMINATED'));
    run.goOn();
    expect(await run.result()).toMatchObject({ outcome: 'terminated', run: 1 });
    const { status } = await temporal.client.workflow.getHandle(`${run.id}/1/node/10.0.0.1`).describe();
    expect(status.name).toBe('FAILED');
    expect(await run.deploy()).toMatchObject({ run: 2 });
    // Else the next test's worker would go on with it.
    await run.result();
  });
});

describe('Start Workflow Like This One', () => {
  it('under another id is refused and leaves the run alone', async () => {
    const run = await workingCluster(temporal, 'copied');
    await temporal.withWorker(run.activities, async () => {
      await run.untilWorks();
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
    const run = await workingCluster(temporal, 'copied-part');
    await temporal.withWorker(run.activities, async () => {
      await run.untilWorks();
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
    const run = await workingCluster(temporal, 'again');
    run.goOn();
    await temporal.withWorker(run.activities, async () => {
      await run.start();
      expect(await run.result()).toMatchObject({ outcome: 'ok', run: 1 });
      await run.start();
      expect(await run.result()).toMatchObject({ outcome: 'ok', run: 2 });
    });
  });
});
