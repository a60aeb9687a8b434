import { workflowInfo } from '@temporalio/workflow';
import type { Operation } from '../domain/plan/plan.ts';
import { clusterWorkflowId } from '../domain/run/cluster-workflow.ts';
import { phrase } from '../domain/text/text.ts';
import type { ClusterInput } from './messages.ts';
import { refuse } from './refuse.ts';

/** The cluster's name by the workflow id: the Web UI starts workflows without input. */
export const clusterOfWorkflow = (): string => workflowInfo().workflowId.replace(/^cluster\//, '');

/** The id is the lock, and the children's ids begin with it; under another id two runs could work at once. */
export function refuseOtherCluster(operation: Operation, named: unknown, own: string): void {
  if (named === undefined || named === own) return;
  const itsId = typeof named === 'string' ? clusterWorkflowId(named) : 'cluster/<name>';
  throw refuse(
    'InvalidRequest',
    phrase(
      'A {operation} of {named} runs as workflow {id}, not as {own}: start it under that id, or by GET /deployment-engine/{operation}.',
      { operation, named: JSON.stringify(named), id: itsId, own: workflowInfo().workflowId },
    ),
  );
}

/** Refuses a start that nobody waits for any more. A Reset counts as a new start. */
export function refuseLateStart({
  beginWithin,
  beginBy = Infinity,
}: Pick<ClusterInput, 'beginBy' | 'beginWithin'>): void {
  // `runStartTime` is when a worker took it up.
  const { runId, firstExecutionRunId, startTime } = workflowInfo();
  if (beginWithin === undefined || runId !== firstExecutionRunId) return;
  const now = Date.now();
  if (now - startTime.getTime() > beginWithin || now > beginBy)
    throw refuse('NoWorker', 'no worker took the request in time, so it was refused');
}
