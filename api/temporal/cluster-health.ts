import type { Client } from '@temporalio/client';
import { temporalProblem } from '../../temporal/temporal-problem.ts';
import type { TemporalServer } from '../../temporal/temporal-server.ts';
import { keptAnswer } from '../kept-answer.ts';
import type { ClusterHealth } from './cluster-client.ts';

// TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW of Temporal's API.
const WORKFLOW_TASKS = 1;
const GOOD_NEWS_MS = 1000;
// A request may be waiting for the worker.
const BAD_NEWS_MS = 100;
const WITHIN_MS = 1000;
const REASON_WITHIN_MS = 500;
// An idle worker polls again once a minute.
const POLLED_WITHIN_MS = 70_000;

/** Asks Temporal who polls our task queue; keeps good answers for a second, so that probes cost nothing. */
export function clusterHealth(
  { connection }: Client,
  { server, taskQueue }: { readonly server: TemporalServer; readonly taskQueue: string },
  clock: () => number = Date.now,
): () => Promise<ClusterHealth> {
  return keptAnswer(ask, ({ worker }) => (worker ? GOOD_NEWS_MS : BAD_NEWS_MS), clock);

  async function ask(): Promise<ClusterHealth> {
    try {
      const { pollers } = await connection.withDeadline(Date.now() + WITHIN_MS, () =>
        connection.workflowService.describeTaskQueue({
          namespace: server.namespace,
          taskQueue: { name: taskQueue },
          taskQueueType: WORKFLOW_TASKS,
        }),
      );
      const times = (pollers ?? []).map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000);
      return { temporal: true, worker: times.some((time) => clock() - time < POLLED_WITHIN_MS) };
    } catch (error) {
      return { temporal: false, worker: false, reason: await temporalProblem(server, error, REASON_WITHIN_MS) };
    }
  }
}
