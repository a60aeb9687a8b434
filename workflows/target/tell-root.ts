import type { SignalDefinition } from '@temporalio/common';
import { getExternalWorkflowHandle, workflowInfo } from '@temporalio/workflow';
import type { FromChild } from '../handle-signal.ts';

/**
 * Says something to the workflow that has started this one, or to the execution that a Reset has put in its place.
 * `run`: this one's, for by its id the next run would hear it too.
 */
export async function tellRoot<News>(
  run: number,
  signal: SignalDefinition<FromChild<News>>,
  news: News,
): Promise<void> {
  const parent = workflowInfo().parent;
  if (parent !== undefined) await getExternalWorkflowHandle(parent.workflowId).signal(signal, news, run);
}

/** The same, past a shard to the workflow of the cluster; one that has ended meanwhile hears nothing. */
export async function tellCluster<News>(
  run: number,
  signal: SignalDefinition<FromChild<News>>,
  news: News,
): Promise<void> {
  const { root, parent } = workflowInfo();
  const to = root ?? parent;
  if (to === undefined) return;
  await getExternalWorkflowHandle(to.workflowId)
    .signal(signal, news, run)
    .catch(() => undefined);
}
