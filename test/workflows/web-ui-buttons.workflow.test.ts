import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { clusterRun, workUntilCancelled } from './cluster-run.ts';
import { fakeEngine } from './fake-engine.ts';
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
      expect(reason).toContain(`10.0.0.1: its workflow was ${how}`);
      expect(reason).toContain(`10.0.0.2: its workflow was ${how}`);
      expect(reason).toContain('nats/0: its node 10.0.0.2 was given up');
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
      expect(reason).toContain(`nats/0: its workflow was ${button === 'cancel' ? 'cancelled' : 'terminated'}`);
      expect(reason).toContain('uaa/0: not started: needs nats');
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
