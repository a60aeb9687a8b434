import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ClusterClient } from '../../../api/temporal/cluster-client.ts';
import { connectCluster } from '../../../api/temporal/temporal-cluster-client.ts';
import { TASK_QUEUE } from '../../../workflows/messages.ts';
import { until } from '../../support/until.ts';
import { type ClusterRun, clusterRun, workUntilCancelled } from '../cluster-run.ts';
import { failure, fakeEngine } from '../fake-engine.ts';
import { untilWorks } from '../until-works.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from '../workflow-temporal.ts';

let temporal: WorkflowTemporal;

beforeAll(async () => {
  temporal = await startWorkflowTemporal();
});
afterAll(() => temporal.stop());

const NATS = [{ id: 'nats/0', address: '10.0.0.1' }];
const RESTART = { operation: 'restart', instances: ['nats/0'], by: 'ana (1a2b3c4d)' } as const;

/** A cluster as its gateway handles it. */
function asked(name: string): ClusterRun & { readonly gateway: ClusterClient } {
  const gateway = connectCluster(temporal.server, name, { engine: 'own', taskQueue: TASK_QUEUE });
  onTestFinished(() => gateway.close());
  return { ...clusterRun(temporal, name), gateway };
}

/** Whom the Web UI names in the inputs of a run and of the requests that it has accepted. */
async function askersOf({ handle }: ClusterRun): Promise<unknown[]> {
  const { events } = await handle.fetchHistory();
  const inputs = (events ?? []).flatMap((event) => [
    event.workflowExecutionStartedEventAttributes?.input,
    event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.args,
  ]);
  return inputs
    .flatMap((input) => input?.payloads ?? [])
    .map(({ data }) => (JSON.parse(Buffer.from(data ?? []).toString()) as { by?: unknown }).by);
}

describe('a restart', () => {
  it('is answered when it is done, by a run of its own under the id of the cluster', async () => {
    const run = asked('own-run');
    const engine = fakeEngine({ run: 7, nodes: [], instances: NATS });
    await temporal.withWorker(engine.activities, async () => {
      await untilWorks(temporal, run.gateway);
      expect(await run.gateway.operate(RESTART)).toEqual({ run: 7, notDone: {}, notes: {} });
      const described = await run.handle.describe();
      expect([described.type, await described.staticSummary()]).toEqual(['restartCluster', 'Restart nats/0']);
      expect(described.searchAttributes).toMatchObject({ Operation: ['restart'], Phase: ['done'], Run: ['7'] });
      expect(await askersOf(run)).toEqual(['ana (1a2b3c4d)', 'ana (1a2b3c4d)']);
    });
  });

  it('goes on when nobody waits for it any more, and holds the cluster', async () => {
    const run = asked('no-waiting');
    const work = Promise.withResolvers<void>();
    const engine = fakeEngine({
      run: 7,
      nodes: [],
      instances: NATS,
      step: () => Promise.race([work.promise, workUntilCancelled()]),
    });
    await temporal.withWorker(engine.activities, async () => {
      await untilWorks(temporal, run.gateway);
      expect(await run.gateway.operate({ ...RESTART, waitMs: 1_500 })).toBeUndefined();
      await until(async () => (await run.gateway.status())?.phase === 'working', 'it goes on');
      const held = { code: 'RunInProgress', details: { run: 7, operation: 'restart' } };
      await expect(run.gateway.operate(RESTART)).rejects.toMatchObject(held);
      await expect(run.gateway.operate({ ...RESTART, operation: 'stop' })).rejects.toMatchObject(held);
      await expect(run.gateway.deploy(3, Date.now() + 9_500)).rejects.toMatchObject(held);
      work.resolve();
      expect(await run.result()).toEqual({ outcome: 'ok', run: 7 });
    });
    expect(engine.events.filter((event) => event.startsWith('begin'))).toEqual(['begin nats/0 restart']);
  });

  it('passes on why it was refused', async () => {
    const run = asked('refused');
    const engine = fakeEngine({
      run: 7,
      nodes: [],
      instances: NATS,
      beginRun: () => {
        throw failure('ConfigMissing', 'There is no configuration.');
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await untilWorks(temporal, run.gateway);
      await expect(run.gateway.operate(RESTART)).rejects.toMatchObject({ code: 'ConfigMissing' });
    });
  });

  it('survives the worker that works on it', async () => {
    const run = asked('another-worker');
    const engine = fakeEngine({
      run: 7,
      nodes: [],
      instances: NATS,
      step: () => {
        if (engine.events.filter((event) => event === 'begin nats/0 restart').length === 1)
          throw new Error('the worker was killed here');
      },
    });
    let answer: ReturnType<ClusterClient['operate']> | undefined;
    await temporal.withWorker(engine.activities, async () => {
      await untilWorks(temporal, run.gateway);
      answer = run.gateway.operate(RESTART);
      await until(() => engine.events.includes('begin nats/0 restart'), 'it is at work');
    });
    await temporal.withWorker(engine.activities, async () => {
      expect(await answer).toEqual({ run: 7, notDone: {}, notes: {} });
    });
  });
});

describe('one that was refused', () => {
  it('starts nothing when the worker comes back later', async () => {
    const run = asked('late-start');
    const engine = fakeEngine({ run: 7, nodes: [], instances: NATS });
    // The server still takes the worker that has gone for one that will poll again.
    await temporal.withWorker(engine.activities, () => untilWorks(temporal, run.gateway));
    const began = Date.now();
    await expect(run.gateway.operate(RESTART)).rejects.toMatchObject({ code: 'NoWorker' });
    expect(Date.now() - began).toBeLessThan(15_000);
    await temporal.withWorker(engine.activities, async () => {
      expect(await run.result()).toMatchObject({ outcome: 'refused' });
      expect(engine.events).toEqual([]);
      // And whoever asks now is served.
      expect(await run.gateway.operate(RESTART)).toMatchObject({ run: 7 });
    });
  });

  it('does not act inside a parked deploy either', async () => {
    const run = asked('late-inside');
    const engine = fakeEngine({
      run: 8,
      nodes: ['10.0.0.1'],
      instances: NATS,
      step: () => {
        throw failure('DiskTooSmall', 'the disk is too small');
      },
    });
    await temporal.withWorker(engine.activities, async () => {
      await untilWorks(temporal, run.gateway);
      await run.start();
      await run.untilParked(['10.0.0.1']);
    });
    await expect(run.gateway.operate(RESTART)).rejects.toMatchObject({ code: 'NoWorker' });
    await temporal.withWorker(engine.activities, async () => {
      expect((await run.status()).used.updates).toBe(0);
      expect(engine.events.filter((event) => event.includes('restart'))).toEqual([]);
      await run.cancel();
      await run.result();
    });
  });
});
