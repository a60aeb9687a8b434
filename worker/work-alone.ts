import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import type { Text } from '../domain/text/text.ts';
import { POLLED_WITHIN_MS, pollersOf } from '../temporal/pollers.ts';
import { anotherStores, lacking } from '../temporal/temporal-problem.ts';
import type { TemporalServer } from '../temporal/temporal-server.ts';
import { taskQueueOf } from '../workflows/messages.ts';

const LOOK_MS = 1_000;
const AGAIN_MS = 60_000;

export interface Working {
  readonly server: TemporalServer;
  readonly connection: Pick<Connection, 'workflowService'>;
  readonly cluster: string;
  /** Id of the engine, which its store keeps. */
  readonly engine: string;
}

/**
 * Workers of one name take each other's tasks, so those of two stores must not be there together. One that is gone polls no more,
 * as after a lost store: then this waits for up to `goneAfterMs`, default 70,000.
 *
 * @throws EnvironmentLacking while workers with another store poll.
 */
export async function assertAlone(
  working: Working,
  { goneAfterMs = POLLED_WITHIN_MS, everyMs = LOOK_MS } = {},
): Promise<void> {
  const before = await strangers(working);
  const end = performance.now() + goneAfterMs;
  while (before.size > 0 && performance.now() < end) {
    await sleep(everyMs);
    if (havePolled(await strangers(working), before)) throw lacking(anotherStores(working.server, working.cluster));
  }
}

/** Calls back once, with why this worker must go, when workers with another store have come meanwhile. */
export function watchForStrangers(
  working: Working,
  onStrangers: (reason: Text) => void,
  everyMs = AGAIN_MS,
): () => void {
  let before: ReadonlyMap<string, number> | undefined;
  const look = async (): Promise<void> => {
    // Temporal may be away.
    const now = await strangers(working).catch(() => undefined);
    if (now === undefined) return;
    if (before !== undefined && havePolled(now, before)) {
      clearInterval(timer);
      onStrangers(anotherStores(working.server, working.cluster));
    }
    before = now;
  };
  const timer = setInterval(() => void look(), everyMs);
  return () => clearInterval(timer);
}

/** When each has polled last. */
async function strangers({ server, connection, cluster, engine }: Working): Promise<ReadonlyMap<string, number>> {
  const queue = { namespace: server.namespace, taskQueue: taskQueueOf(cluster) };
  const pollers = await pollersOf(connection, queue);
  return new Map(
    pollers.flatMap((each) =>
      each.engine === undefined || each.engine === engine ? [] : [[each.identity, each.polledAt] as const],
    ),
  );
}

const havePolled = (now: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): boolean =>
  [...now].some(([identity, polledAt]) => polledAt > (before.get(identity) ?? 0));
