import { hostname } from 'node:os';
import process from 'node:process';
import type { Connection } from '@temporalio/client';

// TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW of Temporal's API.
const WORKFLOW_TASKS = 1;
/**
 * Milliseconds after which one that has not polled is gone: an idle worker polls again once a minute, of which newer servers note
 * every second time.
 */
export const POLLED_WITHIN_MS = 130_000;

/** A worker as Temporal's lists show it: process, machine, id of the engine whose store it has, and when it began to work. */
export const workerIdentity = (engine: string, since = Date.now()): string =>
  `${process.pid}@${hostname()} ${engine} ${since}`;

/** What a worker's name in Temporal's lists says. */
interface WorkerName {
  readonly identity: string;
  /** Undefined for a worker of an older build. */
  readonly engine: string | undefined;
  /** When it began to work by its own clock, in milliseconds since the epoch. */
  readonly since: number;
}

export interface Poller extends WorkerName {
  /** By the Temporal server's clock, in milliseconds since the epoch. */
  readonly polledAt: number;
}

export function workerNamed(identity: string): WorkerName {
  const [, engine, since = 0] = identity.split(' ');
  return { identity, engine, since: Number(since) };
}

/** Whether it works with another store than `engine`'s. */
export const isStranger = ({ engine: its }: Pick<Poller, 'engine'>, engine: string): boolean =>
  its !== undefined && its !== engine;

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
    ...workerNamed(identity ?? ''),
    polledAt: Number(lastAccessTime?.seconds ?? 0) * 1000 + Number(lastAccessTime?.nanos ?? 0) / 1e6,
  }));
}
