import { setTimeout as wait } from 'node:timers/promises';
import type { Configuration } from '../../domain/configuration.ts';
import type { InstanceStatus } from '../../domain/instance-status.ts';
import { leavingOf } from '../../domain/plan/leaving.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { withHeartbeat } from '../boundary/with-heartbeat.ts';
import { createInTurn, LOGINS_AT_ONCE } from '../in-turn.ts';
import { createTellCopies } from '../progress/tell-copies.ts';
import { createTogether } from '../together.ts';
import { type Looked, unreachable } from './look-at-instances.ts';
import { createNodeWatch, type NodeWatch } from './node-watch.ts';

/** Rows are at most five seconds old: a round, and the time within which a node must answer before it counts as gone. */
const ROUND_MS = 3000;
/** Nodes that are looked at in a second, spread over it; a round of more than 900 lasts longer. A look costs a worker 1 ms. */
const MOST_A_SECOND = 300;
/**
 * Parts of a round, however long it lasts. If a look takes longer, the node is asked whether it is there at all: with thousands of
 * nodes the worker itself may be what is slow, and a question costs it as much as a look.
 */
const UNASKED = 0.2;
const KNOCK = 0.4;
/** What nodes answer within this is written at once: a thousand nodes answer some hundred times a second. */
const TOGETHER = 0.03;
/** Rounds that one may need that is there. */
const SLOW = 3;
/** A day: then the workflow goes on with a new history. */
const ENOUGH_MS = 24 * 3_600_000;

type Watching = Pick<ActivityDependencies, 'connections' | 'contexts' | 'engine' | 'logins'> & {
  readonly store: Pick<Store, 'engine' | 'installed' | 'log' | 'runs' | 'statuses'>;
};

/** Looks every few seconds at all nodes that carry something or should; never changes anything. */
export function createWatchNodes(deps: Watching) {
  return (): Promise<void> =>
    withHeartbeat(({ cancellationSignal: signal }) => watchNodes(deps, { signal, roundMs: ROUND_MS }));
}

/** Each node at its own pace: one that has not answered yet is left out of the next rounds and delays no other. */
export async function watchNodes(
  deps: Watching,
  { signal, roundMs }: { readonly signal: AbortSignal; readonly roundMs: number },
): Promise<void> {
  /** Since when; undefined = it is not asked before others have been. */
  const unanswered = new Map<string, number | undefined>();
  const inTurn = createInTurn(LOGINS_AT_ONCE);
  const note = createTogether<InstanceStatus>((rows) => deps.store.statuses.save(rows), TOGETHER * roundMs);
  const watches = new Map<string, NodeWatch>();
  let configuration: Configuration | undefined;
  let lastsMs = roundMs;
  let defect: { readonly error: unknown } | undefined;

  const tellCopies = createTellCopies(deps);
  const enter = async (address: string) => {
    if (configuration === undefined) throw new Error('nothing is watched yet');
    const session = await deps.connections.node(address, await deps.logins.of(configuration, address), 'watcher');
    await tellCopies(session);
    return session;
  };
  const look = async (address: string, own: Looked): Promise<void> => {
    const watch = watches.get(address) ?? createNodeWatch(deps.engine.id, () => enter(address));
    watches.set(address, watch);
    unanswered.set(address, undefined);
    await (watch.isOpen() ? ask(address, own, watch) : inTurn(() => ask(address, own, watch)));
  };
  const ask = async (address: string, own: Looked, watch: NodeWatch): Promise<void> => {
    if (signal.aborted) return;
    const since = Date.now();
    unanswered.set(address, since);
    const asking = setTimeout(() => void knock(address, own, since), UNASKED * lastsMs);
    try {
      await note(await watch.look(own));
    } catch (error) {
      defect = { error };
    } finally {
      clearTimeout(asking);
      unanswered.delete(address);
    }
  };
  /** A slow node keeps its rows for a while, one that is cut off does not. */
  const knock = async (address: string, own: Looked, since: number): Promise<void> => {
    try {
      const isThere = await deps.connections.answers(address, KNOCK * lastsMs);
      const isGone = !isThere || Date.now() - since > SLOW * lastsMs;
      if (isGone && unanswered.get(address) === since && !signal.aborted)
        await deps.store.statuses.save(unreachable(own), since);
    } catch (error) {
      defect = { error };
    }
  };

  try {
    for (const end = performance.now() + ENOUGH_MS; performance.now() < end;) {
      signal.throwIfAborted();
      if (defect !== undefined) throw defect.error;
      // The clock may be set back meanwhile.
      const began = performance.now();
      const cluster = await watchedCluster(deps);
      ({ configuration } = cluster);
      const nodes = Map.groupBy(cluster.instances, ({ address }) => address);
      for (const [address, watch] of watches)
        if (!nodes.has(address)) {
          watch.close();
          watches.delete(address);
        }
      const all = [...nodes];
      lastsMs = Math.max(roundMs, (1000 * all.length) / MOST_A_SECOND);
      const parts = Math.max(1, Math.ceil(all.length / LOGINS_AT_ONCE));
      for (let part = 1; part <= parts; part++) {
        for (const [address, own] of all.slice((part - 1) * LOGINS_AT_ONCE, part * LOGINS_AT_ONCE)) {
          const since = unanswered.get(address);
          if (since !== undefined) void knock(address, own, since);
          else if (!unanswered.has(address)) void look(address, own);
        }
        await wait(Math.max(0, began + (part / parts) * lastsMs - performance.now()), undefined, { signal });
      }
    }
  } finally {
    for (const watch of watches.values()) watch.close();
  }
}

interface Cluster {
  readonly configuration: Configuration | undefined;
  readonly instances: Looked;
}

/** What the newest run wants, and what is installed whoever wants it. */
async function watchedCluster({ store, contexts }: Watching): Promise<Cluster> {
  const [newest] = await store.runs.list({ limit: 1 });
  if (newest === undefined) return { configuration: undefined, instances: [] };
  const { configuration, instances } = await contexts.serving(newest.revision);
  return { configuration, instances: [...instances, ...leavingOf(await store.installed.all(), instances)] };
}
