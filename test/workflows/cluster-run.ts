import type { WorkflowHandle } from '@temporalio/client';
import { Context } from '@temporalio/activity';
import type { ClusterResult } from '../../workflows/deploy/end-deploy.ts';
import { type ClusterStatus, type ResolveRequest, statusQuery, TASK_QUEUE } from '../../workflows/messages.ts';
import { until } from '../support/until.ts';
import type { WorkflowTemporal } from './workflow-temporal.ts';

/** The root workflow of a cluster, as an operator handles it. */
export interface ClusterRun {
  readonly id: string;
  readonly handle: WorkflowHandle;
  start(): Promise<WorkflowHandle>;
  result(): Promise<ClusterResult>;
  status(): Promise<ClusterStatus>;
  /** As the Web UI sends it: with no input at all, or with one. */
  resolve(request?: ResolveRequest): Promise<string>;
  cancel(): Promise<unknown>;
  untilParked(targets: readonly string[]): Promise<void>;
}

export function clusterRun({ client }: Pick<WorkflowTemporal, 'client'>, cluster: string): ClusterRun {
  const id = `cluster/${cluster}`;
  const handle = client.workflow.getHandle(id);
  const status = () => handle.query(statusQuery);
  return {
    id,
    handle,
    status,
    start: () =>
      client.workflow.start('deployCluster', {
        taskQueue: TASK_QUEUE,
        workflowId: id,
        args: [{ cluster, operation: 'deploy' }],
      }),
    result: () => handle.result() as Promise<ClusterResult>,
    resolve: (request) =>
      request === undefined
        ? handle.executeUpdate<string, []>('resolve')
        : handle.executeUpdate<string, [ResolveRequest]>('resolve', { args: [request] }),
    cancel: () => handle.executeUpdate<string, []>('cancel'),
    untilParked: (targets) =>
      until(
        async () => {
          const parked = (await status()).parked.map(({ target }) => target).toSorted();
          return JSON.stringify(parked) === JSON.stringify(targets.toSorted());
        },
        `parked: ${targets.join(', ')}`,
      ),
  };
}

/** Work on a node that lasts until it is cancelled, and whose end takes a while then. */
export async function workUntilCancelled(end: () => Promise<void> | void = () => undefined): Promise<void> {
  const context = Context.current();
  const heart = setInterval(() => context.heartbeat(), 200);
  try {
    await context.cancelled;
  } catch (error) {
    if (context.cancellationDetails?.cancelRequested === true) await end();
    throw error;
  } finally {
    clearInterval(heart);
  }
}
