import { Context } from '@temporalio/activity';
import type { ActivityDependencies } from './dependencies.ts';
import { lookAtInstances } from './look-at-instances.ts';

/** Every instance of the run runs, by monit's word; tells which do not. */
export function createVerifyCluster(deps: ActivityDependencies) {
  return async ({ run }: { readonly run: number }): Promise<{ readonly problems: readonly string[] }> => {
    const context = Context.current();
    const heart = setInterval(() => context.heartbeat(), 1000);
    try {
      const begun = await deps.store.runs.get(run);
      if (begun === undefined) throw new Error(`run ${run} is unknown`);
      const cluster = await deps.contexts.load(begun.revision, begun.release);
      const addresses = [...new Set(cluster.instances.map(({ address }) => address))];
      const rows = (await Promise.all(addresses.map((address) => lookAtInstances(deps, cluster, address)))).flat();
      await deps.store.statuses.save(rows);
      return {
        problems: rows.filter(({ isRunning }) => !isRunning).map(({ id, detail }) => `${id} does not run: ${detail}`),
      };
    } finally {
      clearInterval(heart);
    }
  };
}
