import { Client, Connection } from '@temporalio/client';
import { inOwnLanguage } from '../domain/text/own-language.ts';
import { phrase } from '../domain/text/text.ts';
import type { TemporalServer } from '../temporal/temporal-server.ts';
import { taskQueueOf, watchWorkflowId } from '../workflows/messages.ts';

/** One watch per cluster; leaves one that is already running. */
export async function startWatching(
  { connection: options, namespace }: TemporalServer,
  cluster: string,
): Promise<void> {
  const connection = await Connection.connect(options);
  const { workflow } = new Client({ connection, namespace });
  const workflowId = watchWorkflowId(cluster);
  const taskQueue = taskQueueOf(cluster);
  // One that an older engine has begun waits where no worker of this cluster takes its tasks any more.
  const running = await workflow
    .getHandle(workflowId)
    .describe()
    .catch(() => undefined);
  const isLost = running?.status.name === 'RUNNING' && running.taskQueue !== taskQueue;
  await workflow.start('watchCluster', {
    taskQueue,
    workflowId,
    workflowIdConflictPolicy: isLost ? 'TERMINATE_EXISTING' : 'USE_EXISTING',
    args: [{ cluster }],
    staticSummary: inOwnLanguage(phrase('Watch the instances of {cluster}', { cluster })),
  });
  await connection.close();
}
