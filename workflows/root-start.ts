import { workflowInfo } from '@temporalio/workflow';
import type { Operation } from '../domain/plan/plan.ts';
import { clusterWorkflowId } from '../domain/run/cluster-workflow.ts';
import { refuse } from './resolve.ts';

/** As the Web UI starts it: without an input, the id says which cluster is meant. */
export const clusterOfWorkflow = (): string => workflowInfo().workflowId.replace(/^cluster\//, '');

/** The id is the lock, and the children's ids begin with it: under another one two runs would not know of each other. */
export function refuseOtherCluster(operation: Operation, named: unknown, own: string): void {
  if (named === undefined || named === own) return;
  const itsId = typeof named === 'string' ? clusterWorkflowId(named) : 'cluster/<name>';
  throw refuse(
    'InvalidRequest',
    `A ${operation} of ${JSON.stringify(named)} runs as workflow ${itsId}, not as ${workflowInfo().workflowId}: start it under that id, or by GET /deployment-engine/${operation}.`,
  );
}

/** Nobody waits any more for what was asked for long ago. A reset one is wanted now, whenever it was started first. */
export function refuseLateStart(beginWithin: number | undefined): void {
  // `runStartTime` is when a worker took it up.
  const { runId, firstExecutionRunId, startTime } = workflowInfo();
  if (beginWithin === undefined || runId !== firstExecutionRunId) return;
  if (Date.now() - startTime.getTime() > beginWithin)
    throw refuse('NoWorker', 'no worker took the request in time, so it was refused');
}
