import { Router } from 'express';
import type { ApiDependencies } from './dependencies.ts';
import { sendJson } from './respond.ts';

/** `GET /health`: 200 when store, Temporal and a worker answer, else 503; each with its state. */
export function healthRoutes({ store, cluster, settings, log }: ApiDependencies): Router {
  return Router().get('/health', async (_request, response) => {
    const [storeAnswers, { temporal, worker }] = await Promise.all([answers(store.runs.open()), cluster.health()]);
    const isHealthy = storeAnswers && temporal && worker;
    sendJson(response, isHealthy ? 200 : 503, {
      state: state(isHealthy),
      store: { state: state(storeAnswers) },
      temporal: { state: state(temporal) },
      worker: { state: state(worker) },
      auth: settings.auth,
    });
  });

  async function answers(look: Promise<unknown>): Promise<boolean> {
    try {
      await look;
      return true;
    } catch (error) {
      log.error({ err: error }, 'the store does not answer');
      return false;
    }
  }
}

const state = (isWell: boolean): 'ok' | 'down' => (isWell ? 'ok' : 'down');
