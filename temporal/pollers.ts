import { hostname } from 'node:os';
import process from 'node:process';
import type { Connection } from '@temporalio/client';

// TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW of Temporal's API.
const WORKFLOW_TASKS = 1;
/** Milliseconds after which one that has not polled is gone: an idle worker polls again once a minute. */
export const POLLED_WITHIN_MS = 70_000;

/** A worker as Temporal's lists show it: process, machine, and the id of the engine whose store it has. */
export const workerIdentity = (engine: string): string => `${process.pid}@${hostname()} ${engine}`;

export interface Poller {
  readonly identity: string;
  /** Undefined for a worker of an older build. */
  readonly engine: string | undefined;
  /** By the Temporal server's clock, in milliseconds since the epoch. */
  readonly polledAt: number;
}

/** Who has polled a task queue in the last minutes; Temporal forgets them when it is restarted. */
export async function pollersOf(
  { workflowService }: Pick<Connection, 'workflowService'>,
  { namespace, taskQueue }: { readonly namespace: string; readonly taskQueue: string },
): Promise<readonly Poller[]> {
  const { pollers } = await workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: WORKFLOW_TASKS,
  });
  return (pollers ?? []).map(({ identity, lastAccessTime }) => ({
    identity: identity ?? '',
    engine: identity?.split(' ')[1],
    polledAt: Number(lastAccessTime?.seconds ?? 0) * 1000 + Number(lastAccessTime?.nanos ?? 0) / 1e6,
  }));
}
