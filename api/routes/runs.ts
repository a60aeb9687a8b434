import { type Request, Router } from 'express';
import { z } from 'zod';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { DECISIONS } from '../../domain/run/decision.ts';
import type { Run } from '../../domain/run/run.ts';
import { canonicalAddress } from '../../domain/schemas/address.ts';
import { type Language, phrase, type Text } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { callerName } from '../callers/caller.ts';
import { noteOperation } from '../http/operations-log.ts';
import { takesNothing } from '../http/refuse-input.ts';
import { inputOf, readInput } from '../http/request-input.ts';
import { askedLanguage, type SaidBytes, saidBytes, sendJson, sendSaid } from '../http/respond.ts';
import { byTargetOf, createKnownSteps } from '../known-steps.ts';
import { settleRun } from '../temporal/settle-run.ts';
import { type KeptParts, runAnswer } from '../views/run-answer.ts';
import { runSummary } from '../views/run-view.ts';

const wholeNumber = z.coerce.number().int();

/** Which page of runs `GET /runs` shows: those before a run, so many. */
export const RunsInput = z.strictObject({
  before: wholeNumber.min(1).optional(),
  limit: wholeNumber.min(1).max(1000).default(50),
});

/** The body of `POST /runs/{run}/resolve`. */
export const ResolutionInput = z.strictObject({
  action: z.enum(DECISIONS),
  targets: z.array(z.string().min(1).transform(canonicalAddress)).min(1).optional(),
  park: wholeNumber.min(1).optional(),
  reason: z.string().max(1000).optional(),
});

type RunDependencies = Pick<ApiDependencies, 'clock' | 'cluster' | 'log' | 'namespace' | 'settings'> & {
  readonly store: Pick<Store, 'claims' | 'log' | 'runs' | 'steps' | 'times'>;
};

/** Runs, newest first; one run in full; decisions about what is parked. */
export function runRoutes(dependencies: RunDependencies): Router {
  const { store, cluster, namespace, settings, clock, log } = dependencies;
  const router = Router();
  // The decision is taken up, whether or not this note can be written.
  const note = (run: number, said: Text): Promise<void> =>
    noteOperation(store, said).catch((error: unknown) =>
      log.error({ err: error, run }, 'the decision was taken up, and local.log does not have it'),
    );

  router.get('/runs', async (request, response) => {
    const { before, limit } = readInput(RunsInput, inputOf(request));
    const page = await store.runs.list({ limit, ...(before === undefined ? {} : { before }) });
    const runs = await Promise.all(page.map((run) => settleRun(run, dependencies)));
    const last = runs.at(-1);
    if (last !== undefined && runs.length === limit && last.number > 1)
      response.setHeader('Link', `</deployment-engine/runs?before=${last.number}&limit=${limit}>; rel="next"`);
    const live = runs.some(({ outcome }) => outcome === undefined) ? await cluster.status() : undefined;
    sendJson(
      response,
      200,
      runs.map((run) => runSummary(run, run.number === live?.run ? live : undefined)),
    );
  });

  // Of each language the last one that was asked for: thousands of nodes make megabytes, which change no more once it has ended.
  const ended = new Map<Language, SaidBytes & { readonly of: string }>();
  const stepsOfOpen = createKnownSteps(store.steps);
  const partsOfOpen: KeptParts = new WeakMap();
  router.get('/runs/:run', takesNothing, async (request, response) => {
    const run = await runOf(request, dependencies);
    const language = askedLanguage(response);
    const isOpen = run.outcome === undefined;
    const of = isOpen ? undefined : `${run.number} ${run.outcome} ${await store.steps.version(run.number)}`;
    const known = ended.get(language);
    if (known !== undefined && known.of === of) return sendSaid(response, 200, known);
    const [plan, steps, live, usual] = await Promise.all([
      store.runs.plan(run.number),
      isOpen ? stepsOfOpen(run.number) : store.steps.of(run.number).then(byTargetOf),
      isOpen ? cluster.status() : undefined,
      store.times.usual(isOpen ? undefined : []),
    ]);
    const parts = { run, cluster: settings.cluster, namespace, plan, steps, live, usual, now: clock() };
    const said = saidBytes(runAnswer(parts, language, isOpen ? partsOfOpen : undefined), language);
    if (of !== undefined) ended.set(language, { ...said, of });
    sendSaid(response, 200, said);
  });

  router.post('/runs/:run/resolve', async (request, response) => {
    const run = await openRunOf(request, dependencies);
    const { action, targets, park, reason } = readInput(ResolutionInput, inputOf(request));
    const result = await cluster.resolve({
      action,
      ...(targets === undefined ? {} : { targets }),
      ...(park === undefined ? {} : { park }),
      ...(reason === undefined ? {} : { reason }),
    });
    await note(
      run.number,
      phrase('run {run}: {what} by {caller}', {
        run: run.number,
        what: reason === undefined ? result : phrase('{what} ({why})', { what: result, why: reason }),
        caller: callerName(response),
      }),
    );
    sendJson(response, 200, { run: run.number, result });
  });

  router.post('/runs/:run/cancel', takesNothing, async (request, response) => {
    const run = await openRunOf(request, dependencies);
    const result = await cluster.cancel();
    await note(
      run.number,
      phrase('run {run}: {what} by {caller}', { run: run.number, what: 'cancel', caller: callerName(response) }),
    );
    sendJson(response, 202, { run: run.number, result });
  });

  return router;
}

async function runOf(request: Request, dependencies: RunDependencies): Promise<Run> {
  const number = runNumber(String(request.params.run));
  const run = number === undefined ? undefined : await dependencies.store.runs.get(number);
  if (run === undefined) throw runNotFound(String(request.params.run));
  return settleRun(run, dependencies);
}

async function openRunOf(request: Request, dependencies: RunDependencies): Promise<Run> {
  const run = await runOf(request, dependencies);
  if (run.outcome === undefined) return run;
  throw new DeploymentEngineError(
    'RunEnded',
    phrase('run {run} has ended: {outcome}', { run: run.number, outcome: run.outcome }),
  );
}

/** A run's number in paths and parameters; there is no run 0. */
export const runNumber = (text: string): number | undefined => (/^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined);

export const runNotFound = (text: string): DeploymentEngineError =>
  new DeploymentEngineError('RunNotFound', phrase('there is no run {run}', { run: text }));
