import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import type { Text } from '../domain/text/text.ts';
import { isStranger, type Poller, POLLED_WITHIN_MS, pollersOf, workerNamed } from '../temporal/pollers.ts';
import { anotherStores, lacking } from '../temporal/temporal-problem.ts';
import type { TemporalServer } from '../temporal/temporal-server.ts';
import { taskQueueOf } from '../workflows/messages.ts';

const LOOK_MS = 1_000;
const AGAIN_MS = 10_000;

export interface Working {
  readonly server: TemporalServer;
  readonly connection: Pick<Connection, 'workflowService'>;
  readonly cluster: string;
  /** Id of the engine, which its store keeps. */
  readonly engine: string;
  /** What it is in Temporal's lists; of two that have begun together the later one goes. */
  readonly identity: string;
}

interface Patience {
  /** Default 130,000. */
  readonly goneAfterMs?: number;
  readonly everyMs?: number;
  /** Called once where it has to wait, with the seconds that it takes at most. */
  readonly onWait?: (seconds: number) => void;
}

/**
 * Workers of one name take each other's tasks, so those of two stores must not be there together. One that is gone polls no more,
 * as after a lost store: then this waits for up to `goneAfterMs`.
 *
 * @throws EnvironmentLacking while workers with another store poll.
 */
export async function assertAlone(
  working: Working,
  { goneAfterMs = POLLED_WITHIN_MS, everyMs = LOOK_MS, onWait }: Patience = {},
): Promise<void> {
  const before = await strangers(working);
  if (before.size === 0) return;
  onWait?.(Math.ceil(goneAfterMs / 1000));
  const end = performance.now() + goneAfterMs;
  while (performance.now() < end) {
    await sleep(everyMs);
    // Temporal may be away for a moment.
    const now = await strangers(working).catch(() => before);
    if (havePolled(now, before)) throw lacking(anotherStores(working.server, working.cluster));
  }
}

/**
 * Calls back once, with why this worker must go, when workers with another store poll whose engine was there before ours. Those of one
 * that has come later go themselves: Temporal forgets who polls when it is restarted, so that they were not told at their start.
 */
export function watchForStrangers(
  working: Working,
  onStrangers: (reason: Text) => void,
  everyMs = AGAIN_MS,
): () => void {
  let before: ReadonlyMap<string, number> | undefined;
  const look = async (): Promise<void> => {
    // Temporal may be away.
    const now = await strangers(working, isLater).catch(() => undefined);
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

/** Whether our engine was there after another one; both by their first worker that Temporal still lists. */
function isLater(
  { engine, identity }: Working,
  other: string | undefined,
  pollers: readonly Pick<Poller, 'engine' | 'since'>[],
): boolean {
  const all = [...pollers, workerNamed(identity)];
  const began = (who: string | undefined): number =>
    Math.min(...all.filter((each) => each.engine === who).map(({ since }) => since));
  const [ours, theirs] = [began(engine), began(other)];
  return theirs < ours || (theirs === ours && (other ?? '') < engine);
}

/** When each has polled last; `counts`: whether those of another engine are told. */
async function strangers(working: Working, counts: typeof isLater = () => true): Promise<ReadonlyMap<string, number>> {
  const { server, connection, cluster, engine } = working;
  const pollers = await pollersOf(connection, { namespace: server.namespace, taskQueue: taskQueueOf(cluster) });
  return new Map(
    pollers
      .filter((each) => isStranger(each, engine) && counts(working, each.engine, pollers))
      .map(({ identity, polledAt }) => [identity, polledAt]),
  );
}

const havePolled = (now: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): boolean =>
  [...now].some(([identity, polledAt]) => polledAt > (before.get(identity) ?? 0));
