import { Router } from 'express';
import type { Store } from '../../store/store.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { keptAnswer } from '../kept-answer.ts';
import { currentRun } from '../temporal/settle-run.ts';
import { takesNothing } from '../http/refuse-input.ts';
import { sendJson } from '../http/respond.ts';
import { clusterInstances } from '../views/cluster-instances.ts';
import { targetsInProgress } from '../views/targets-in-progress.ts';
import { statusRows } from '../views/status-rows.ts';

/** A run that was terminated by hand says nothing any more of what was parked in it. */
const SETTLED_FOR_MS = 1_000;

type StatusDependencies = Pick<ApiDependencies, 'clock' | 'cluster'> & {
  readonly store: Pick<Store, 'claims' | 'configurations' | 'installed' | 'nodes' | 'runs' | 'statuses' | 'steps'>;
};

/** `GET /status`: what the watch last saw of every instance, and what the run in progress does with it. Asks no node. */
export function statusRoutes({ store, clock, cluster }: StatusDependencies): Router {
  const settled = keptAnswer(
    () => currentRun({ store, cluster }),
    () => SETTLED_FOR_MS,
    clock,
  );
  return Router().get('/status', takesNothing, async (_request, response) => {
    await settled();
    const { instances } = await clusterInstances(store);
    const [statuses, inProgress] = await Promise.all([store.statuses.all(), targetsInProgress(store)]);
    sendJson(response, 200, statusRows(instances, { statuses, inProgress, now: clock() }));
  });
}
