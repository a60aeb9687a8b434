import { getExternalWorkflowHandle, workflowInfo } from '@temporalio/workflow';

/** Says something to the workflow that has started this one. */
export async function tellRoot(
  say: (root: ReturnType<typeof getExternalWorkflowHandle>) => Promise<void>,
): Promise<void> {
  const parent = workflowInfo().parent;
  if (parent !== undefined) await say(getExternalWorkflowHandle(parent.workflowId, parent.runId));
}
