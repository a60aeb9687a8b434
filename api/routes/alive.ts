import { Router } from 'express';
import { type ErrorCode, isEngineError } from '../../domain/errors.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { takesNoQuery } from '../http/refuse-input.ts';
import { sendJson } from '../http/respond.ts';
import { keptAnswer } from '../kept-answer.ts';
import type { ClusterHealth } from '../temporal/cluster-client.ts';
import { within } from '../within.ts';

/**
 * However long the store takes, a look is over by then: longer than a database's restart is waited for, and shorter than the ten
 * seconds of the composition's proxy, of Docker and of Prometheus.
 */
export const LOOKS_WITHIN_MS = 6_000;
// Frequent probes cost the store no more than this.
const KEPT_MS = 1_000;

/** Whether the engine can work. */
export interface Look extends ClusterHealth {
  /** Of the store. */
  readonly problem: Problem | undefined;
  readonly isHealthy: boolean;
}

type LookDependencies = Pick<ApiDependencies, 'clock' | 'cluster' | 'log'> & {
  readonly store: Pick<Store, 'assertWritable' | 'runs'>;
};

/** Looks at store, Temporal and worker; each keeps its answer for a while. */
export function createLook(
  { store, cluster, log, clock }: LookDependencies,
  withinMs = LOOKS_WITHIN_MS,
): () => Promise<Look> {
  const late: Problem = {
    code: 'StoreUnwritable',
    detail: phrase('the store has not answered for {seconds} s', { seconds: withinMs / 1000 }),
  };
  // A store that stands still is not asked again meanwhile.
  const storeProblem = keptAnswer(lookAtStore, () => KEPT_MS, clock);
  return async () => {
    const [problem, health] = await Promise.all([within(withinMs, storeProblem(), late), cluster.health()]);
    return { problem, ...health, isHealthy: problem === undefined && health.temporal && health.worker };
  };

  async function lookAtStore(): Promise<Problem | undefined> {
    try {
      await store.runs.open();
      await store.assertWritable();
      return undefined;
    } catch (error) {
      log.error({ err: error }, 'the store does not answer');
      return isEngineError(error) ? { code: error.code, detail: error.text } : { code: 'InternalError', detail: '' };
    }
  }
}

/**
 * `GET /health` of callers without a token: they learn that the engine is alive, and cost it next to nothing. To be mounted
 * before bodies are read.
 */
export function aliveRoute({ callers }: Pick<ApiDependencies, 'callers'>, look: () => Promise<Look>): Router {
  return Router().get('/health', takesNoQuery, async (request, response, next) => {
    if ((await callers.watching.look(request).catch(() => undefined)) !== undefined) return next('router');
    const { isHealthy } = await look();
    sendJson(response, isHealthy ? 200 : 503, { state: stateOf(isHealthy) });
  });
}

interface Problem {
  readonly code: ErrorCode;
  readonly detail: Text;
}

export const stateOf = (isWell: boolean): 'ok' | 'down' => (isWell ? 'ok' : 'down');
