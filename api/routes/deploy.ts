import { Router } from 'express';
import { z } from 'zod';
import { configMissing } from '../../domain/configuration.ts';
import { isEngineError } from '../../domain/errors.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';
import type { DeployAccepted } from '../../workflows/messages.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { callerName } from '../callers/caller.ts';
import { noteOperation } from '../http/operations-log.ts';
import { inputOf, readInput } from '../http/request-input.ts';
import { sendJson } from '../http/respond.ts';
import { currentRun } from '../temporal/settle-run.ts';
import { deployAnswer } from '../views/deploy-answer.ts';
import { sendPlan } from './plan.ts';

/** Documented: the route answers within ten seconds. */
const ANSWERED_WITHIN_MS = 9_500;

type DeployDependencies = Pick<ApiDependencies, 'cluster' | 'dryRun' | 'log' | 'looks' | 'release'> & {
  readonly store: Pick<Store, 'assertWritable' | 'claims' | 'configurations' | 'inspections' | 'log' | 'runs'>;
};

/** `GET /deploy`: hands the newest revision to the cluster's workflow, which decides; with `dry-run=1` only its plan. */
export function deployRoutes(dependencies: DeployDependencies): Router {
  const { store, cluster, log } = dependencies;
  const router = Router();
  router.get('/deploy', async (request, response) => {
    const { confirm, ...wish } = readInput(DeployInput, inputOf(request));
    if (wish['dry-run'] !== undefined) return sendPlan(response, dependencies);
    const answerBy = Date.now() + ANSWERED_WITHIN_MS;
    const newest = await store.configurations.newest();
    if (newest === undefined) throw configMissing();
    await store.assertWritable();
    const before = (await currentRun(dependencies))?.number ?? (await lastRun(store));
    const release = await dependencies.release();
    const accepted = await cluster
      .deploy(newest.number, answerBy, {
        ...(release === undefined ? {} : { release }),
        ...(confirm === undefined ? {} : { confirm }),
      })
      .catch((error: unknown) => begunMeanwhile(error, { store, before, revision: newest.number }));
    const answer = deployAnswer(accepted, Date.now());
    // The deploy is accepted, whether or not this note can be written.
    await noteOperation(store, noteOf(answer, callerName(response))).catch((error: unknown) =>
      log.error({ err: error, run: answer.run }, 'the deploy was accepted, and local.log does not have it'),
    );
    response.setHeader('Location', `/deployment-engine/runs/${answer.run}`);
    const { retryInMs } = accepted.repeat ?? {};
    if (retryInMs !== undefined) response.setHeader('Retry-After', Math.ceil(retryInMs / 1000));
    sendJson(response, 202, answer);
  });
  return router;
}

const noteOf = ({ run, revision, note }: ReturnType<typeof deployAnswer>, caller: string): Text =>
  note === undefined
    ? phrase('deploy of revision {revision} accepted as run {run} by {caller}', { revision, run, caller })
    : phrase('deploy of revision {revision} asked for again by {caller}: {note}', { revision, caller, note });

const lastRun = async ({ runs }: Pick<Store, 'runs'>): Promise<number> =>
  (await runs.list({ limit: 1 }))[0]?.number ?? 0;

/** For a request whose worker ended before it answered: the run that has begun for it continues with the next worker. */
async function begunMeanwhile(
  error: unknown,
  {
    store,
    before,
    revision,
  }: { readonly store: Pick<Store, 'runs'>; readonly before: number; readonly revision: number },
): Promise<DeployAccepted> {
  const open = isEngineError(error, 'NoWorker') ? await store.runs.open() : undefined;
  if (open === undefined || open.number <= before || open.revision !== revision) throw error;
  return { run: open.number, revision };
}

/** What `GET /deploy` takes. An unknown key may have asked for less than a deploy, so it must not start one. */
export const DeployInput = z.strictObject({
  'dry-run': z.union([z.literal(['1', 'true', 1, true])], 'is 1, or left out').optional(),
  confirm: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'is the hash of a plan, 64 hex digits')
    .optional(),
});
