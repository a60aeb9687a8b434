import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { inOwnLanguage } from '../domain/text/own-language.ts';
import { phrase } from '../domain/text/text.ts';
import { temporalProblem } from '../temporal/temporal-problem.ts';
import type { TemporalServer } from '../temporal/temporal-server.ts';
import { taskQueueOf, watchWorkflowId } from '../workflows/messages.ts';
import { ownLine } from './own-line.ts';

/** Somebody may have ended it in the Web UI. */
const AGAIN_MS = 60_000;

/** One watch per cluster; leaves one that is already running. */
export async function startWatching(server: TemporalServer, cluster: string): Promise<void> {
  const connection = await Connection.connect(server.connection);
  try {
    const { workflow } = new Client({ connection, namespace: server.namespace });
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
  } finally {
    await connection.close();
  }
}

/** Starts the watch, and again whenever it has ended, until aborted. `everyMs`: between two tries, default 60,000. */
export async function keepWatching(
  server: TemporalServer,
  cluster: string,
  { signal, everyMs = AGAIN_MS }: { readonly signal: AbortSignal; readonly everyMs?: number },
): Promise<void> {
  do await startWatching(server, cluster).catch((error: unknown) => tellFailure(server, error));
  while (await sleep(everyMs, true, { signal }).catch(() => false));
}

/** The worker has runs to work on meanwhile. */
async function tellFailure(server: TemporalServer, error: unknown): Promise<void> {
  const reason = await temporalProblem(server, error);
  const line = phrase('Whether the instances are watched could not be made sure of: {reason}', { reason });
  console.error(ownLine(line));
}
