import type { Client } from '@temporalio/client';
import { anotherStores, temporalProblem } from '../../temporal/temporal-problem.ts';
import type { TemporalServer } from '../../temporal/temporal-server.ts';
import { watchOwner } from '../../temporal/watch-owner.ts';
import { watchWorkflowId } from '../../workflows/messages.ts';
import { keptAnswer } from '../kept-answer.ts';
import type { ClusterHealth } from './cluster-client.ts';
import type { ClusterTasks } from './cluster-tasks.ts';

// TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW of Temporal's API.
const WORKFLOW_TASKS = 1;
const GOOD_NEWS_MS = 1000;
// A request may be waiting for the worker.
const BAD_NEWS_MS = 100;
const WITHIN_MS = 1000;
const REASON_WITHIN_MS = 500;
// An idle worker polls again once a minute.
const POLLED_WITHIN_MS = 70_000;

interface Asked extends ClusterTasks {
  readonly server: TemporalServer;
  /** Id of ours. */
  readonly engine: () => Promise<string>;
}

/** Asks Temporal who polls our task queue; keeps good answers for a second, so that probes cost nothing. */
export function clusterHealth(
  { connection, workflow }: Client,
  { server, cluster, taskQueue, engine }: Asked,
  clock: () => number = Date.now,
): () => Promise<ClusterHealth> {
  return keptAnswer(ask, ({ worker }) => (worker ? GOOD_NEWS_MS : BAD_NEWS_MS), clock);

  async function ask(): Promise<ClusterHealth> {
    try {
      const [{ pollers }, isAnothers] = await connection.withDeadline(Date.now() + WITHIN_MS, () =>
        Promise.all([
          connection.workflowService.describeTaskQueue({
            namespace: server.namespace,
            taskQueue: { name: taskQueue },
            taskQueueType: WORKFLOW_TASKS,
          }),
          haveAnotherStore(),
        ]),
      );
      if (isAnothers) return { temporal: true, worker: false, reason: anotherStores(server, cluster) };
      const times = (pollers ?? []).map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000);
      return { temporal: true, worker: times.some((time) => clock() - time < POLLED_WITHIN_MS) };
    } catch (error) {
      return { temporal: false, worker: false, reason: await temporalProblem(server, error, REASON_WITHIN_MS) };
    }
  }

  /** Workers of the same name that would carry out what another store says. */
  async function haveAnotherStore(): Promise<boolean> {
    const watch = await workflow
      .getHandle(watchWorkflowId(cluster))
      .describe()
      .catch(() => undefined);
    const owner = watch?.status.name === 'RUNNING' ? watchOwner(watch.memo) : undefined;
    return owner !== undefined && owner !== (await engine());
  }
}
