import { setTimeout as wait } from 'node:timers/promises';
import type { ActivityDependencies } from './dependencies.ts';
import { lookAtInstances } from './look-at-instances.ts';
import { withHeartbeat } from './with-heartbeat.ts';

const ROUND_MS = 5000;
/** A day: then the workflow goes on with a new history. */
const ENOUGH_MS = 24 * 3_600_000;

/** Looks at all nodes of the deployed revision every five seconds; never changes anything. */
export function createWatchNodes(deps: ActivityDependencies) {
  return (): Promise<void> =>
    withHeartbeat(async ({ cancellationSignal: signal }) => {
      for (const end = Date.now() + ENOUGH_MS; Date.now() < end;) {
        signal.throwIfAborted();
        const next = Date.now() + ROUND_MS;
        await lookOnce(deps);
        await wait(Math.max(0, next - Date.now()), undefined, { signal });
      }
    });
}

async function lookOnce(deps: ActivityDependencies): Promise<void> {
  const deployed = await deps.store.runs.deployed();
  if (deployed === undefined) return;
  const cluster = await deps.contexts.load(deployed.revision, deployed.release);
  const addresses = new Set(cluster.instances.map(({ address }) => address));
  // Each node is written when it has answered, so a dead one delays nobody.
  await Promise.all(
    [...addresses].map(async (address) => deps.store.statuses.save(await lookAtInstances(deps, cluster, address))),
  );
}
