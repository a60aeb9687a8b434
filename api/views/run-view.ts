import type { Plan, PlannedInstance, PlannedStep } from '../../domain/plan/plan.ts';
import { clusterWorkflowId } from '../../domain/run/cluster-workflow.ts';
import { progressOf } from '../../domain/run/run-progress.ts';
import type { Run, StepRecord } from '../../domain/run/run.ts';
import type { StepWork } from '../../domain/run/step-work.ts';
import type { ClusterStatus } from '../../workflows/messages.ts';

/** A run in lists. */
export function runSummary(run: Run, live?: ClusterStatus) {
  return {
    run: run.number,
    operation: run.operation,
    revision: run.revision,
    release: run.release,
    state: run.outcome ?? live?.phase ?? 'running',
    outcome: run.outcome ?? null,
    reason: run.reason ?? null,
    startedAt: time(run.startedAt),
    endedAt: time(run.endedAt),
    log: `/deployment-engine/log?run=${run.number}`,
  };
}

export interface RunParts {
  readonly run: Run;
  readonly cluster: string;
  /** Of Temporal. */
  readonly namespace: string;
  readonly plan: Plan | undefined;
  /** By target, in the order they began. */
  readonly steps: ReadonlyMap<string, readonly StepRecord[]>;
  /** From the workflow, while it runs and answers. */
  readonly live: ClusterStatus | undefined;
  /** Usual times by kind of work. */
  readonly usual: ReadonlyMap<string, number>;
  readonly now: number;
}

/** What comes before the nodes and instances of a whole run. */
export const runHead = ({ run, plan, live, ...known }: RunParts) => ({
  ...runSummary(run, live),
  progress: plan === undefined || run.outcome !== undefined ? null : runProgress({ run, plan, live, ...known }),
});

/** What comes after them. */
export const runTail = ({ run, cluster, namespace, live }: RunParts) => ({
  parked: live?.parked ?? [],
  working: live?.working ?? [],
  waiting: live?.waiting ?? [],
  temporal: temporalPage(cluster, namespace, run.temporalRunId),
});

/** Every step of a node. `now`: when those that go on are asked about. */
export const nodeView = (
  address: string,
  planned: readonly PlannedStep[],
  records: readonly StepRecord[] | undefined,
  now: number,
) => ({ address, planned, steps: stepViews(records, now) });

/** Every step of an instance, and what it waits for. */
export const instanceView = (
  { id, address, change, reasons, steps, needs, after, afterRemoval = [], afterUpdate = [] }: PlannedInstance,
  records: readonly StepRecord[] | undefined,
  now: number,
) => ({
  id,
  address,
  change,
  reasons,
  planned: steps,
  needs,
  after,
  afterRemoval,
  afterUpdate,
  steps: stepViews(records, now),
});

/** Steps of what the plan does not know. */
export const strayView = (id: string, records: readonly StepRecord[] | undefined, now: number) => ({
  id,
  steps: stepViews(records, now),
});

const stepViews = (records: readonly StepRecord[] = [], now: number) => records.map((record) => stepView(record, now));

function runProgress({ run, live, now, ...known }: RunParts & { readonly plan: Plan }) {
  const { steps, over, remainingMs } = progressOf({ ...known, now });
  // What waits for a decision, or for a node that does not answer, has no expected time.
  const isSilent = [...known.steps.values()].some((records) =>
    records.some((step) => isAtWork(step) && step.silentSince !== undefined),
  );
  const isKnown = remainingMs !== undefined && live?.parked.length === 0 && !isSilent;
  return {
    steps,
    over,
    elapsedMs: now - run.startedAt,
    remainingMs: isKnown ? Math.round(remainingMs) : null,
    estimatedEnd: isKnown ? time(now + remainingMs) : null,
  };
}

function stepView(record: StepRecord, now: number) {
  const { step, round, state, attempts, failures, position, startedAt, endedAt, firstFailureAt, work } = record;
  return {
    step,
    round,
    state,
    attempts,
    failures,
    firstFailureAt: time(firstFailureAt),
    position,
    startedAt: time(startedAt),
    endedAt: time(endedAt),
    reasons: record.reasons,
    error: record.error ?? null,
    durationMs: (endedAt ?? now) - startedAt,
    progress: work === undefined || !isAtWork(record) ? null : workView(work, now),
  };
}

const isAtWork = ({ state }: StepRecord): boolean => state === 'running' || state === 'retrying';

const workView = ({ doing, since, usualMs, waitsFor }: StepWork, now: number) => ({
  doing,
  forMs: now - since,
  usualMs: usualMs ?? null,
  waitsFor: waitsFor ?? null,
});

/** The page of the Temporal Web UI that shows the run's timeline. */
const temporalPage = (cluster: string, namespace: string, temporalRunId: string): string => {
  const workflow = encodeURIComponent(clusterWorkflowId(cluster));
  return `/temporal/namespaces/${encodeURIComponent(namespace)}/workflows/${workflow}/${temporalRunId}/timeline`;
};

const time = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString());
