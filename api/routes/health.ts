import { Router } from 'express';
import { nextSerial } from '../../domain/activation/next-serial.ts';
import { type DamagedFile, MOST_DAMAGED_NAMED } from '../../domain/damaged-file.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import { EVENTS_FOR_ALL, UPDATES_FOR_ALL } from '../../domain/run/execution-limits.ts';
import { phrase } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';
import type { ClusterStatus } from '../../workflows/messages.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { takesNothing } from '../http/refuse-input.ts';
import { sendJson } from '../http/respond.ts';
import { STORE_ANSWERS_WITHIN_MS, within } from '../within.ts';
import { type Look, LOOKS_WITHIN_MS, stateOf } from './alive.ts';

type HealthDependencies = Pick<ApiDependencies, 'clock' | 'cluster' | 'damage' | 'releaseName' | 'settings'> & {
  readonly store: Pick<Store, 'runs' | 'serials'>;
};

/**
 * `GET /health`: 200 when store, Temporal and a worker answer, else 503; each with its state. Damaged files refuse deploys and
 * stop nothing else, so they are told and change no status.
 */
export function healthRoutes(dependencies: HealthDependencies, look: () => Promise<Look>): Router {
  const { store, cluster, settings, clock, damage, releaseName } = dependencies;
  return Router().get('/health', takesNothing, async (_request, response) => {
    const [{ problem, temporal, reason, worker, isHealthy }, status, activated] = await Promise.all([
      look(),
      statusOfOpenRun(),
      within(LOOKS_WITHIN_MS, isActivated(), false),
    ]);
    sendJson(response, isHealthy ? 200 : 503, {
      state: stateOf(isHealthy),
      store: { state: stateOf(problem === undefined), ...problem },
      temporal: { state: stateOf(temporal), ...(reason === undefined ? {} : { detail: reason }) },
      worker: { state: stateOf(worker) },
      engine: filesState(damage()),
      ...runOf(status),
      activated,
      auth: settings.auth,
      ...(settings.auth === 'none-i-know'
        ? { warning: phrase('DEPLOYMENT_ENGINE_AUTH=none-i-know: whoever reaches this address controls the cluster') }
        : {}),
    });
  });

  /** Undefined where none is open: to answer for one that has ended a worker would have to replay its whole history. */
  async function statusOfOpenRun(): Promise<ClusterStatus | undefined> {
    const mayBeOpen = within(STORE_ANSWERS_WITHIN_MS, store.runs.open(), true).catch(() => true);
    return (await mayBeOpen) === undefined ? undefined : cluster.status();
  }

  /** Whether the next deploy would be let in. A store that does not answer says so above. */
  async function isActivated(): Promise<boolean> {
    try {
      return nextSerial(await store.serials.all(), await releaseName(), clock()).reason === undefined;
    } catch {
      return false;
    }
  }
}

function filesState(files: readonly DamagedFile[] | undefined) {
  if (files === undefined) return { state: 'not looked at yet' };
  if (files.length === 0) return { state: 'ok' };
  const code: ErrorCode = 'EngineDamaged';
  return { state: 'damaged', code, files: files.slice(0, MOST_DAMAGED_NAMED), count: files.length };
}

/** The run in progress, and how much of its Temporal execution is used: one that lasts months comes near the limits. */
function runOf(status: ClusterStatus | undefined) {
  if (status?.run === undefined || status.phase === 'done' || status.phase === 'refused') return {};
  const { run, phase, parked, used } = status;
  const isUsedUp = used.updates >= UPDATES_FOR_ALL || used.events >= EVENTS_FOR_ALL;
  return { run: { run, phase, parked: parked.length, used, onlyDecisionsLeft: isUsedUp } };
}
