import { Router } from 'express';
import type { DamagedFile } from '../../distribution/damage.ts';
import { nextSerial } from '../../domain/activation/next-serial.ts';
import { type ErrorCode, isEngineError } from '../../domain/errors.ts';
import { EVENTS_FOR_ALL, UPDATES_FOR_ALL } from '../../domain/run/execution-limits.ts';
import type { Store } from '../../store/store.ts';
import type { ClusterStatus } from '../../workflows/messages.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { takesNothing } from '../http/refuse-input.ts';
import { sendJson } from '../http/respond.ts';

// Frequent probes cost the store no more than this.
const KEPT_MS = 1_000;

type HealthDependencies = Pick<
  ApiDependencies,
  'callers' | 'clock' | 'cluster' | 'damage' | 'log' | 'releaseName' | 'settings'
> & {
  readonly store: Pick<Store, 'assertWritable' | 'runs' | 'serials'>;
};

/**
 * `GET /health`: 200 when store, Temporal and a worker answer, else 503; each with its state. Damaged files refuse deploys and
 * stop nothing else, so they are told and change no status.
 */
export function healthRoutes(dependencies: HealthDependencies): Router {
  const { store, cluster, settings, log, clock, damage, callers, releaseName } = dependencies;
  let looked: Promise<Problem | undefined> | undefined;
  let until = 0;
  return Router().get('/health', takesNothing, async (request, response) => {
    const [problem, { temporal, worker }, status] = await Promise.all([
      storeProblem(),
      cluster.health(),
      cluster.status(),
    ]);
    const isHealthy = problem === undefined && temporal && worker;
    const caller = await callers.look(request).catch(() => undefined);
    // A monitor without a token learns that the engine is alive, and nothing else.
    if (caller === undefined) return sendJson(response, isHealthy ? 200 : 503, { state: state(isHealthy) });
    sendJson(response, isHealthy ? 200 : 503, {
      state: state(isHealthy),
      store: { state: state(problem === undefined), ...problem },
      temporal: { state: state(temporal) },
      worker: { state: state(worker) },
      engine: filesState(damage()),
      ...runOf(status),
      activated: await isActivated(),
      auth: settings.auth,
      ...(settings.auth === 'none-i-know' ? { warning: OPEN_TO_ALL } : {}),
    });
  });

  /** Whether the next deploy would be let in. A store that does not answer says so above. */
  async function isActivated(): Promise<boolean> {
    try {
      return nextSerial(await store.serials.all(), await releaseName(), clock()).reason === undefined;
    } catch {
      return false;
    }
  }

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

const OPEN_TO_ALL = 'DEPLOYMENT_ENGINE_AUTH=none-i-know: whoever reaches this address controls the cluster';
const MOST_NAMED = 20;

function filesState(files: readonly DamagedFile[] | undefined) {
  if (files === undefined) return { state: 'not looked at yet' };
  if (files.length === 0) return { state: 'ok' };
  const code: ErrorCode = 'EngineDamaged';
  return { state: 'damaged', code, files: files.slice(0, MOST_NAMED), count: files.length };
}

/** The run in progress, and how much of its Temporal execution is used: one that lasts months comes near the limits. */
function runOf(status: ClusterStatus | undefined) {
  if (status?.run === undefined || status.phase === 'done' || status.phase === 'refused') return {};
  const { run, phase, parked, used } = status;
  const isUsedUp = used.updates >= UPDATES_FOR_ALL || used.events >= EVENTS_FOR_ALL;
  return { run: { run, phase, parked: parked.length, used, onlyDecisionsLeft: isUsedUp } };
}

interface Problem {
  readonly code: ErrorCode;
  readonly detail: string;
}

const state = (isWell: boolean): 'ok' | 'down' => (isWell ? 'ok' : 'down');
