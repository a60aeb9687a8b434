import { Router } from 'express';
import { type ErrorCode, isEngineError } from '../domain/errors.ts';
import type { ApiDependencies } from './dependencies.ts';
import { sendJson } from './respond.ts';

// Who asks often costs the store no more than this.
const KEPT_MS = 1_000;

/** `GET /health`: 200 when store, Temporal and a worker answer, else 503; each with its state. */
export function healthRoutes({ store, cluster, settings, log, clock }: ApiDependencies): Router {
  let looked: Promise<Problem | undefined> | undefined;
  let until = 0;
  return Router().get('/health', async (_request, response) => {
    const [problem, { temporal, worker }] = await Promise.all([storeProblem(), cluster.health()]);
    const isHealthy = problem === undefined && temporal && worker;
    sendJson(response, isHealthy ? 200 : 503, {
      state: state(isHealthy),
      store: { state: state(problem === undefined), ...problem },
      temporal: { state: state(temporal) },
      worker: { state: state(worker) },
      auth: settings.auth,
    });
  });

  function storeProblem(): Promise<Problem | undefined> {
    if (looked === undefined || clock() >= until) {
      until = clock() + KEPT_MS;
      looked = lookAtStore();
    }
    return looked;
  }

  async function lookAtStore(): Promise<Problem | undefined> {
    try {
      await store.runs.open();
      await store.assertWritable();
      return undefined;
    } catch (error) {
      log.error({ err: error }, 'the store does not answer');
      return isEngineError(error) ? { code: error.code, detail: error.message } : { code: 'InternalError', detail: '' };
    }
  }
}

interface Problem {
  readonly code: ErrorCode;
  readonly detail: string;
}

const state = (isWell: boolean): 'ok' | 'down' => (isWell ? 'ok' : 'down');
