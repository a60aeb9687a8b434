import { setTimeout as wait } from 'node:timers/promises';
import type { ActivityDependencies } from './dependencies.ts';
import { lookAtInstances } from './look-at-instances.ts';
import { withHeartbeat } from './with-heartbeat.ts';

const ROUND_MS = 5000;
/** A day: then the workflow goes on with a new history. */
const ENOUGH_MS = 24 * 3_600_000;

type Watched = Pick<ActivityDependencies, 'store' | 'contexts' | 'connections' | 'logins'>;

/** Looks at all nodes of the deployed revision every five seconds; never changes anything. */
export function createWatchNodes(deps: Watched) {
  return (): Promise<void> =>
    withHeartbeat(({ cancellationSignal: signal }) => watchNodes(deps, { signal, roundMs: ROUND_MS }));
}

/** Each node in its own time: one that has not answered yet is left out of the rounds, and delays nobody. */
export async function watchNodes(
  deps: Watched,
  { signal, roundMs }: { readonly signal: AbortSignal; readonly roundMs: number },
): Promise<void> {
  const unanswered = new Set<string>();
  let defect: { readonly error: unknown } | undefined;
  const look = async (cluster: Cluster, address: string): Promise<void> => {
    unanswered.add(address);
    try {
      await deps.store.statuses.save(await lookAtInstances(deps, cluster, address));
    } catch (error) {
      defect = { error };
    } finally {
      unanswered.delete(address);
    }
  };

  for (const end = Date.now() + ENOUGH_MS; Date.now() < end;) {
    signal.throwIfAborted();
    if (defect !== undefined) throw defect.error;
    const next = Date.now() + roundMs;
    const cluster = await deployedCluster(deps);
    const addresses = new Set(cluster?.instances.map(({ address }) => address));
    for (const address of addresses) if (cluster !== undefined && !unanswered.has(address)) void look(cluster, address);
    await wait(Math.max(0, next - Date.now()), undefined, { signal });
  }
}

type Cluster = Awaited<ReturnType<Watched['contexts']['load']>>;

async function deployedCluster({ store, contexts }: Watched): Promise<Cluster | undefined> {
  const deployed = await store.runs.deployed();
  return deployed && contexts.load(deployed.revision, deployed.release);
}
