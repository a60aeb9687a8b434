import { type Response, Router } from 'express';
import { configMissing } from '../../domain/configuration.ts';
import type { Problem } from '../../domain/errors.ts';
import type { Inspection } from '../../domain/node/inspection.ts';
import type { Store } from '../../store/store.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { readCandidate } from '../candidate/candidate.ts';
import { refuseInput, takesNoQuery } from '../http/refuse-input.ts';
import { sendJson } from '../http/respond.ts';
import { answerTo, type Asking } from '../temporal/ask-inspection.ts';

type PreviewDependencies = Asking & Pick<ApiDependencies, 'dryRun'> & { readonly store: Pick<Store, 'configurations'> };

type PlanDependencies = PreviewDependencies & Pick<ApiDependencies, 'ownAddresses' | 'ownNetworks' | 'settings'>;

/** `GET /plan`: what a deploy would do now; `POST /plan`: what it would do with another configuration. Changes nothing. */
export function planRoutes(dependencies: PlanDependencies): Router {
  const { store } = dependencies;
  return Router()
    .get('/plan', async (request, response) => {
      refuseInput(request, 'GET /plan takes no input; POST /plan does');
      await sendPlan(response, dependencies);
    })
    .post('/plan', takesNoQuery, async (request, response) => {
      const previous = await store.configurations.newest();
      const { configuration, masked, warnings } = await readCandidate(request, previous, dependencies);
      await sendPreview(response, dependencies, { configuration, candidate: { masked } }, warnings);
    });
}

/** Answers with the plan of the newest configuration. */
export async function sendPlan(response: Response, dependencies: PreviewDependencies): Promise<void> {
  const newest = await dependencies.store.configurations.newest();
  if (newest === undefined) throw configMissing();
  // Another release may have come since it was accepted.
  const warnings = await dependencies.dryRun(newest.configuration);
  await sendPreview(response, dependencies, newest, warnings);
}

async function sendPreview(
  response: Response,
  dependencies: Asking,
  { configuration, candidate }: Inspection,
  warnings: readonly Problem[] = [],
): Promise<void> {
  const preview = await answerTo(
    'preview',
    { configuration, ...(candidate === undefined ? {} : { candidate }) },
    dependencies,
  );
  sendJson(response, 200, warnings.length === 0 ? preview : { ...preview, warnings });
}
