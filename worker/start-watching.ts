import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection, type WorkflowExecutionDescription, type WorkflowHandle } from '@temporalio/client';
import { isEngineError } from '../domain/errors.ts';
import { inOwnLanguage } from '../domain/text/own-language.ts';
import { phrase, type Text } from '../domain/text/text.ts';
import { anotherStores, lacking, temporalProblem } from '../temporal/temporal-problem.ts';
import type { TemporalServer } from '../temporal/temporal-server.ts';
import { watchOwner } from '../temporal/watch-owner.ts';
import { taskQueueOf, watchWorkflowId } from '../workflows/messages.ts';

/** Somebody may have ended it in the Web UI. */
const AGAIN_MS = 60_000;
/** A worker that watches tells Temporal every second; another one takes over from one that died within this time. */
const SIGN_OF_LIFE_MS = 12_000;
const LOOK_MS = 500;

export interface Watched {
  readonly cluster: string;
  /** Id of the engine, which its store keeps. */
  readonly engine: string;
}

/**
 * One watch per cluster; leaves one that is already running. It says whose store its workers have: that of an engine without
 * workers is replaced, as after a lost store.
 *
 * @throws EnvironmentLacking while workers with another store are at work under the same name.
 */
export async function startWatching(server: TemporalServer, { cluster, engine }: Watched): Promise<void> {
  const connection = await Connection.connect(server.connection);
  try {
    const { workflow } = new Client({ connection, namespace: server.namespace });
    const workflowId = watchWorkflowId(cluster);
    const taskQueue = taskQueueOf(cluster);
    const handle = workflow.getHandle(workflowId);
    const running = await described(handle);
    const owner = watchOwner(running?.memo);
    // One that an older engine has begun waits where no worker of this cluster takes its tasks any more, or does not say whose it is.
    const isOld = running !== undefined && (running.taskQueue !== taskQueue || owner === undefined);
    const isAnothers = !isOld && owner !== undefined && owner !== engine;
    if (isAnothers && (await isAlive(handle))) throw lacking(anotherStores(server, cluster));
    await workflow.start('watchCluster', {
      taskQueue,
      workflowId,
      workflowIdConflictPolicy: isOld || isAnothers ? 'TERMINATE_EXISTING' : 'USE_EXISTING',
      args: [{ cluster }],
      memo: { engine },
      staticSummary: inOwnLanguage(phrase('Watch the instances of {cluster}', { cluster })),
    });
  } finally {
    await connection.close();
  }
}

/** Starts the watch again whenever it has ended, until aborted; `everyMs`: between two tries; `onRefused`: why this worker must go. */
export async function keepWatching(
  server: TemporalServer,
  watched: Watched,
  {
    signal,
    onRefused,
    everyMs = AGAIN_MS,
  }: { readonly signal: AbortSignal; readonly onRefused: (reason: Text) => void; readonly everyMs?: number },
): Promise<void> {
  while (await sleep(everyMs, true, { signal }).catch(() => false))
    await startWatching(server, watched).catch((error: unknown) =>
      isEngineError(error, 'EnvironmentLacking') ? onRefused(error.text) : tellFailure(server, error),
    );
}

/** The worker has runs to work on meanwhile. */
async function tellFailure(server: TemporalServer, error: unknown): Promise<void> {
  const reason = await temporalProblem(server, error);
  const line = phrase('Whether the instances are watched could not be made sure of: {reason}', { reason });
  console.error(JSON.stringify({ time: new Date().toISOString(), message: inOwnLanguage(line) }));
}

/** Undefined where it does not run. */
async function described(handle: WorkflowHandle): Promise<WorkflowExecutionDescription | undefined> {
  const found = await handle.describe().catch(() => undefined);
  return found?.status.name === 'RUNNING' ? found : undefined;
}

/** Whether a worker gives a sign of life. What one that died has left stays as it is. */
async function isAlive(handle: WorkflowHandle): Promise<boolean> {
  const until = performance.now() + SIGN_OF_LIFE_MS;
  const first = lastSign(await described(handle));
  while (performance.now() < until) {
    await sleep(LOOK_MS);
    if (lastSign(await described(handle)) > first) return true;
  }
  return false;
}

/** When a worker last took up the watch or said that it goes on, in milliseconds of the Temporal server's time. */
const lastSign = (watch: WorkflowExecutionDescription | undefined): number =>
  Math.max(
    0,
    ...(watch?.raw.pendingActivities ?? []).flatMap(({ lastHeartbeatTime, lastStartedTime }) =>
      [lastHeartbeatTime, lastStartedTime].map(
        (time) => Number(time?.seconds ?? 0) * 1000 + Number(time?.nanos ?? 0) / 1e6,
      ),
    ),
  );
