import { isEngineError } from '../../domain/errors.ts';
import { lastLine } from '../../domain/run/last-line.ts';
import type { Run } from '../../domain/run/run.ts';
import { wereOurs } from '../../store/runs/temporal-claim.ts';
import type { Store } from '../../store/store.ts';
import type { ApiDependencies } from '../api-dependencies.ts';

const ENDS = {
  stopped: { outcome: 'terminated', reason: 'its workflow was terminated' },
  forgotten: { outcome: 'abandoned', reason: 'nobody knows how it ended: the store or Temporal has lost it' },
} as const;

type Settling = Pick<ApiDependencies, 'cluster'> & {
  readonly store: Pick<Store, 'claims' | 'runs'>;
};

/**
 * The run as it is now: one that is open in the store although its workflow does not run is closed, once the store can be
 * written: as `terminated`, or as `abandoned` where it may have come to its end, which a restored store does not know. While the
 * runs are those of another Temporal it stays open, until a worker of ours has taken them over.
 */
export async function settleRun(run: Run, { store, cluster }: Settling): Promise<Run> {
  const state = run.outcome === undefined ? await cluster.stateOf(run.temporalRunId) : 'running';
  if (state === undefined || state === 'running') return run;
  // It may run where ours does not look.
  if ((await wereOurs(store.claims, cluster.namespaceId)) !== true) return run;
  // A Reset to a later point continues the run; one to the first point begins another.
  const [newest] = await store.runs.list({ limit: 1 });
  if (newest?.number === run.number && (await cluster.goesOn(run.temporalRunId)) !== false) return run;
  const { outcome, reason } = ENDS[state];
  // A run that has meanwhile ended by itself keeps its outcome: only the first end counts.
  return store.runs.finish(run.number, outcome, reason, lastLine(run, outcome, reason)).catch((error: unknown) => {
    // People read why nothing works also while nothing can be written.
    if (isEngineError(error, 'StoreUnwritable')) return run;
    throw error;
  });
}

/** The run in progress, if there is one. Closes older ones that are still open in the store. */
export async function currentRun(dependencies: Settling): Promise<Run | undefined> {
  for (;;) {
    const open = await dependencies.store.runs.open();
    if (open === undefined) return undefined;
    const settled = await settleRun(open, dependencies);
    if (settled.outcome === undefined) return settled;
  }
}
