import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { connectCluster } from '../../api/temporal/temporal-cluster-client.ts';
import type { Grant } from '../../domain/activation/serial.ts';
import { TASK_QUEUE } from '../../workflows/messages.ts';
import { activate } from '../support/serials.ts';
import { clusterRun } from './cluster-run.ts';
import { fakeEngine } from './fake-engine.ts';
import { keptRuns } from './kept-runs.ts';
import { untilWorks } from './until-works.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from './workflow-temporal.ts';

let temporal: WorkflowTemporal;

beforeAll(async () => {
  temporal = await startWorkflowTemporal();
});
afterAll(() => temporal.stop());

/** A cluster in a real store, asked through a real gateway. */
async function cluster(name: string, grant: Partial<Grant> | null) {
  const run = clusterRun(temporal, name);
  const engine = fakeEngine({ run: 0, nodes: [], instances: [{ id: 'nats/0', address: '10.0.0.1' }] });
  const { store, activities } = await keptRuns(name, engine, grant);
  const gateway = connectCluster(temporal.server, name, { engine: 'own', taskQueue: TASK_QUEUE });
  onTestFinished(() => gateway.close());
  return {
    ...run,
    store,
    activities: activities as Readonly<Record<string, (input: unknown) => Promise<unknown>>>,
    deploy: () => gateway.deploy(1, Date.now() + 9_500),
    untilWorks: () => untilWorks(temporal, gateway),
    used: async () => (await store.serials.all())[0]?.used,
  };
}

it('refuses a deploy with what to do, and takes it after the activation', async () => {
  const run = await cluster('not-activated', null);
  await temporal.withWorker(run.activities, async () => {
    await run.untilWorks();
    const refusal = { code: 'NotActivated', message: expect.stringContaining('activate - < FILE') };
    await expect(run.deploy()).rejects.toMatchObject(refusal);
    expect(await run.store.runs.list({ limit: 1 })).toEqual([]);
    await activate(run.store);
    expect(await run.deploy()).toMatchObject({ run: 1 });
    expect(await run.result()).toMatchObject({ outcome: 'ok' });
  });
});

it('counts a run once although its worker is lost around the end of it, and refuses the one too many', async () => {
  const run = await cluster('worker-lost', { deployments: 1 });
  let tries = 0;
  // The first try is lost before anything is written, the second after that and before it could answer.
  const finishRun = async (input: unknown): Promise<unknown> => {
    tries += 1;
    if (tries === 1) throw new Error('lost');
    const answer = await run.activities['finishRun']?.(input);
    if (tries === 2) throw new Error('lost');
    return answer;
  };
  await temporal.withWorker({ ...run.activities, finishRun }, async () => {
    await run.untilWorks();
    await run.deploy();
    expect(await run.used()).toBe(0);
    expect(await run.result()).toMatchObject({ outcome: 'ok' });
    expect([tries, await run.used()]).toEqual([3, 1]);
    await expect(run.deploy()).rejects.toMatchObject({ code: 'DeploymentLimitReached' });
  });
});
