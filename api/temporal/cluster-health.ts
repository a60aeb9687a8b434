import type { Client } from '@temporalio/client';
import { isStranger, POLLED_WITHIN_MS, pollersOf } from '../../temporal/pollers.ts';
import { anotherStores, temporalProblem } from '../../temporal/temporal-problem.ts';
import type { TemporalServer } from '../../temporal/temporal-server.ts';
import { keptAnswer } from '../kept-answer.ts';
import type { ClusterHealth } from './cluster-client.ts';
import type { ClusterTasks } from './cluster-tasks.ts';

const GOOD_NEWS_MS = 1000;
// A request may be waiting for the worker.
const BAD_NEWS_MS = 100;
const WITHIN_MS = 1000;
const REASON_WITHIN_MS = 500;

interface Asked extends ClusterTasks {
  readonly server: TemporalServer;
  /** Id of ours. */
  readonly engine: string;
}

/** Asks Temporal who polls our task queue; keeps good answers for a second, so that probes cost nothing. */
export function clusterHealth(
  { connection }: Client,
  { server, cluster, taskQueue, engine }: Asked,
  clock: () => number = Date.now,
): () => Promise<ClusterHealth> {
  return keptAnswer(ask, ({ worker }) => (worker ? GOOD_NEWS_MS : BAD_NEWS_MS), clock);

  async function ask(): Promise<ClusterHealth> {
    try {
      const pollers = await connection.withDeadline(Date.now() + WITHIN_MS, () =>
        pollersOf(connection, { namespace: server.namespace, taskQueue }),
      );
      const live = pollers.filter(({ polledAt }) => clock() - polledAt < POLLED_WITHIN_MS);
      // Workers of the same name that would carry out what another store says.
      if (live.some((each) => isStranger(each, engine)))
        return { temporal: true, worker: false, reason: anotherStores(server, cluster) };
      return { temporal: true, worker: live.length > 0 };
    } catch (error) {
      return { temporal: false, worker: false, reason: await temporalProblem(server, error, REASON_WITHIN_MS) };
    }
  }
}
