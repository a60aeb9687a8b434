import { setTimeout as sleep } from 'node:timers/promises';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { DeploymentEngineError, type ErrorCode, ERRORS, MOST_TOLD } from '../../domain/errors.ts';
import { type InstanceOperation, namesOf } from '../../domain/plan/operation.ts';
import { packed } from '../../domain/text/packed.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';
import type { OperateResult } from '../../workflows/messages.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { callerName } from '../callers/caller.ts';
import { noteOperation } from '../http/operations-log.ts';
import { inputOf } from '../http/request-input.ts';
import { sendJson } from '../http/respond.ts';
import { clusterInstances } from '../views/cluster-instances.ts';
import { operatedRows, type OperatedRow } from '../views/operated-rows.ts';
import { choose, readSelection } from '../views/selection.ts';

const A_DAY = 86_400;
const NUMBERED_WITHIN_MS = 2_000;
const ASK_EVERY_MS = 50;

/** What `/restart` and `/stop` take besides a selection. */
export const wait = z
  .union([z.number(), z.string()], { error: 'must be a number of seconds' })
  .refine((sent) => /^\d+(\.\d+)?$/.test(String(sent)), 'must be a number of seconds, such as 30')
  .transform(Number)
  .refine((seconds) => seconds <= A_DAY, packed(phrase('must be at most {most} seconds', { most: A_DAY })))
  .optional();

type OperateDependencies = Pick<ApiDependencies, 'cluster' | 'log'> & {
  readonly store: Pick<
    Store,
    'assertWritable' | 'configurations' | 'installed' | 'log' | 'nodes' | 'runs' | 'statuses'
  >;
};

/** `PUT` and `GET /restart`, `/stop`: one instance, a component, a node or everything; answers when it is done. */
export function operateRoutes(dependencies: OperateDependencies): Router {
  const router = Router();
  for (const operation of ['restart', 'stop'] as const) {
    const handle = (request: Request, response: Response): Promise<void> =>
      operate(operation, request, response, dependencies);
    router.route(`/${operation}`).get(handle).put(handle);
  }
  return router;
}

async function operate(
  operation: InstanceOperation,
  request: Request,
  response: Response,
  { store, cluster, log }: OperateDependencies,
): Promise<void> {
  const { selection, rest } = readSelection(inputOf(request), { wait });
  const { instances } = await clusterInstances(store);
  const chosen = choose(selection, instances);
  await refuseBeforeDeploy(operation, store);
  await store.assertWritable();
  const waitMs = rest.wait === undefined ? undefined : rest.wait * 1000;
  const ids = chosen.map(({ id }) => id);
  const caller = callerName(response);
  const result = await cluster.operate({ operation, instances: ids, by: caller, waitMs });
  const about = { operation, instances: namesOf(ids), caller };
  const note = (said: Text): Promise<void> =>
    noteOperation(store, said).catch((error: unknown) =>
      log.error({ err: error }, `the ${operation} was carried out, and local.log does not have it`),
    );
  if (result === undefined) {
    const run = await runAtWork(cluster);
    await note(
      run === undefined
        ? phrase('{operation} of {instances} accepted by {caller}', about)
        : phrase('{operation} of {instances} accepted as run {run} by {caller}', { ...about, run }),
    );
    if (run !== undefined) response.setHeader('Location', `/deployment-engine/runs/${run}`);
    sendJson(response, 202, run === undefined ? {} : { run, log: `/deployment-engine/log?run=${run}` });
    return;
  }
  const { run, problem } = result;
  const rows = operatedRows({ operation, instances: chosen, result, statuses: await store.statuses.all() });
  await note(
    phrase(`{operation} of {instances} ${problem === undefined ? 'done' : 'failed'} in run {run} by {caller}`, {
      ...about,
      run,
    }),
  );
  if (problem !== undefined) throw problemOf(result, rows);
  sendJson(response, 200, { run, instances: rows });
}

/** It has no number before the store has given it one; undefined where that takes too long. */
async function runAtWork(cluster: OperateDependencies['cluster']): Promise<number | undefined> {
  const latest = performance.now() + NUMBERED_WITHIN_MS;
  for (;;) {
    const status = await cluster.status();
    if (status?.run !== undefined || performance.now() > latest) return status?.run;
    await sleep(ASK_EVERY_MS);
  }
}

async function refuseBeforeDeploy(operation: InstanceOperation, { runs }: Pick<Store, 'runs'>): Promise<void> {
  if ((await runs.list({ limit: 1 })).length > 0) return;
  throw new DeploymentEngineError(
    'JobNotRunning',
    phrase('nothing is deployed yet, so there is nothing to {operation}: GET /deployment-engine/deploy comes first', {
      operation,
    }),
  );
}

const isCode = (code: string): code is ErrorCode => Object.hasOwn(ERRORS, code);

function problemOf({ run, problem, notDone }: OperateResult, instances: readonly OperatedRow[]): DeploymentEngineError {
  const { code = '', message = '' } = problem ?? {};
  const problems = Object.entries(notDone).map(([id, { reason }]) => ({ pointer: `/${id}`, message: reason }));
  return new DeploymentEngineError(isCode(code) ? code : 'InternalError', message, {
    details: { run, instances, errors: problems.slice(0, MOST_TOLD), errorCount: problems.length },
  });
}
