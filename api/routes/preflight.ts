import { Router } from 'express';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Store } from '../../store/store.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { parseCandidate } from '../candidate/candidate.ts';
import { refuseInput, takesNoQuery } from '../http/refuse-input.ts';
import { sendJson } from '../http/respond.ts';
import { answerTo } from '../temporal/ask-inspection.ts';

type PreflightDependencies = Pick<
  ApiDependencies,
  'cluster' | 'looks' | 'ownAddresses' | 'ownNetworks' | 'settings'
> & {
  readonly store: Pick<Store, 'configurations' | 'inspections'>;
};

/**
 * `GET /preflight`: what would stop or slow a deploy of the posted configuration, per node; `POST /preflight`: of another one,
 * also before any was posted. Changes nothing.
 */
export function preflightRoutes(dependencies: PreflightDependencies): Router {
  const { store } = dependencies;
  return Router()
    .get('/preflight', async (request, response) => {
      refuseInput(request, 'GET /preflight takes no input; POST /preflight does');
      const newest = await store.configurations.newest();
      if (newest === undefined) throw nothingPosted();
      const { configuration } = newest;
      sendJson(response, 200, await answerTo('preflight', { configuration }, dependencies));
    })
    .post('/preflight', takesNoQuery, async (request, response) => {
      const previous = await store.configurations.newest();
      const { configuration, masked, warnings } = parseCandidate(request, previous, dependencies);
      const report = await answerTo('preflight', { configuration, candidate: { masked } }, dependencies);
      sendJson(response, 200, warnings.length === 0 ? report : { ...report, warnings });
    });
}

const nothingPosted = (): DeploymentEngineError =>
  new DeploymentEngineError(
    'ConfigMissing',
    'no configuration was posted; POST /deployment-engine/preflight takes one that is not posted yet',
  );
