import { randomUUID } from 'node:crypto';
import type { ClusterClient } from '../../api/temporal/cluster-client.ts';
import { TASK_QUEUE } from '../../workflows/messages.ts';
import { until } from '../support/until.ts';
import type { WorkflowTemporal } from './workflow-temporal.ts';

/** A worker is seen, and has done a task: its first one loads the workflows, on a busy machine for longer than a request may wait. */
export async function untilWorks(
  { client }: Pick<WorkflowTemporal, 'client'>,
  gateway: Pick<ClusterClient, 'health'>,
): Promise<void> {
  await until(async () => (await gateway.health()).worker, 'the worker is seen');
  // Refused by the workflow at once, for want of an input.
  const refused = {
    taskQueue: TASK_QUEUE,
    workflowId: `first-task/${randomUUID()}`,
    workflowExecutionTimeout: '100 s',
    args: [],
  } as const;
  await client.workflow.execute('inspectCluster', refused).catch(() => undefined);
}
