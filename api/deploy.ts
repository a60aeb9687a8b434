import { Router } from 'express';
import { InputError } from '../domain/errors.ts';
import { jsonPointer } from '../domain/schemas/json-pointer.ts';
import type { ApiDependencies } from './dependencies.ts';
import { noteOperation } from './operations-log.ts';
import { inputOf } from './request-input.ts';
import { sendJson } from './respond.ts';
import { configMissing } from './status.ts';
import { currentRun } from './settle-run.ts';

/** `GET /deploy`: hands the newest revision to the cluster's workflow, which decides. */
export function deployRoutes(dependencies: ApiDependencies): Router {
  const { store, cluster } = dependencies;
  const router = Router();
  // Express would take HEAD for GET, and a mere look must not deploy.
  router.head('/deploy', (_request, _response, next) => next('router'));
  router.get('/deploy', async (request, response) => {
    refuseInput(inputOf(request));
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

// A key we do not know could ask for less than a deploy, such as a preview: it must not start one.
function refuseInput(input: unknown): void {
  const keys = typeof input === 'object' && input !== null ? Object.keys(input) : [String(input)];
  if (keys.length === 0) return;
  throw new InputError(
    'InvalidRequest',
    keys.map((key) => ({ pointer: jsonPointer([key]), message: 'GET /deploy takes no input in this version' })),
  );
}
