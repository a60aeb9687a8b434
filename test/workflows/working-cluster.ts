import { onTestFinished } from 'vitest';
import { currentRun } from '../../api/temporal/settle-run.ts';
import { connectCluster } from '../../api/temporal/temporal-cluster-client.ts';
import { TASK_QUEUE } from '../../workflows/messages.ts';
import { until } from '../support/until.ts';
import { clusterRun, workUntilCancelled } from './cluster-run.ts';
import { failure, fakeEngine } from './fake-engine.ts';
import { keptRuns } from './kept-runs.ts';
import { untilWorks } from './until-works.ts';
import type { WorkflowTemporal } from './workflow-temporal.ts';

/** A cluster whose node is at work until the test lets it go on, kept in a real store and asked through a real gateway. */
export async function workingCluster(temporal: WorkflowTemporal, name: string) {
  const run = clusterRun(temporal, name);
  let work = Promise.withResolvers<void>();
  const engine = fakeEngine({
    run: 0,
    nodes: ['10.0.0.1'],
    instances: [{ id: 'nats/0', address: '10.0.0.1' }],
    step: ({ step }) => (step === 'checkDisk' ? Promise.race([work.promise, workUntilCancelled()]) : undefined),
  });
  const { store, activities } = await keptRuns(name, engine);
  const cluster = connectCluster(temporal.server, name, { engine: 'own', taskQueue: TASK_QUEUE });
  onTestFinished(() => cluster.close());
  return {
    ...run,
    engine,
    store,
    activities,
    goOn: () => work.resolve(),
    /** What its node is at fails; tried again, it is at work again. */
    park: (code = 'NoSpace') => {
      const { reject } = work;
      work = Promise.withResolvers();
      reject(failure(code, 'why'));
    },
    current: () => currentRun({ store, cluster }),
    deploy: (revision = 1) => cluster.deploy(revision, Date.now() + 9_500),
    untilWorking: (times = 1) =>
      until(
        () => engine.events.filter((event) => event === 'begin 10.0.0.1 checkDisk').length === times,
        'the node is at work',
      ),
    untilWorks: () => untilWorks(temporal, cluster),
    outcomeOf: async (number: number) => (await store.runs.get(number))?.outcome,
  };
}
