import { Router } from 'express';
import { z } from 'zod';
import type { ApiDependencies } from './dependencies.ts';
import { noteOperation } from './operations-log.ts';
import { sendPlan } from './plan.ts';
import { inputOf, readInput } from './request-input.ts';
import { sendJson } from './respond.ts';
import { configMissing } from './status.ts';
import { currentRun } from './settle-run.ts';

/** `GET /deploy`: hands the newest revision to the cluster's workflow, which decides; with `dry-run=1` only its plan. */
export function deployRoutes(dependencies: ApiDependencies): Router {
  const { store, cluster } = dependencies;
  const router = Router();
  // Express would take HEAD for GET, and a mere look must not deploy.
  router.head('/deploy', (_request, _response, next) => next('router'));
  router.get('/deploy', async (request, response) => {
    if (isDryRun(inputOf(request))) return sendPlan(response, dependencies);
    const newest = await store.configurations.newest();
    if (newest === undefined) throw configMissing();
    await currentRun(dependencies);
    const { run, revision } = await cluster.deploy(newest.number);
    await noteOperation(store, `deploy of revision ${revision} accepted as run ${run}`);
    response.setHeader('Location', `/deployment-engine/runs/${run}`);
    sendJson(response, 202, { run, revision, log: `/deployment-engine/log?run=${run}` });
  });
  return router;
}

// What we do not understand could ask for less than a deploy: it must not start one.
const Request = z.strictObject({
  'dry-run': z.union([z.literal(['1', 'true', 1, true])], 'is 1, or left out').optional(),
});

const isDryRun = (input: unknown): boolean => readInput(Request, input)['dry-run'] !== undefined;
