import { STOPPED_BY_OPERATOR } from '../domain/instance-status.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { clusterOf } from './cluster-contexts.ts';
import { lookAtInstances } from './look-at-instances.ts';
import { withHeartbeat } from './with-heartbeat.ts';

/** Every instance of the run runs, by monit's word, or was stopped by an operator meanwhile; tells which do not. */
export function createVerifyCluster(deps: ActivityDependencies) {
  return ({ run }: { readonly run: number }): Promise<{ readonly problems: readonly string[] }> =>
    withHeartbeat(async () => {
      const cluster = await clusterOf(deps, run);
      const addresses = [...new Set(cluster.instances.map(({ address }) => address))];
      const rows = (await Promise.all(addresses.map((address) => lookAtInstances(deps, cluster, address)))).flat();
      await deps.store.statuses.save(rows);
      return {
        problems: rows
          .filter(({ isRunning, detail }) => !isRunning && detail !== STOPPED_BY_OPERATOR)
          .map(({ id, detail }) => `${id} does not run: ${detail}`),
      };
    });
}
