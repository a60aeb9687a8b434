import { sweepSteps } from '../../domain/plan/plan-preview.ts';
import type { Plan, PlannedStep } from '../../domain/plan/plan.ts';
import { clusterWorkflowId } from '../../domain/run/cluster-workflow.ts';
import { progressOf } from '../../domain/run/run-progress.ts';
import type { Run, StepRecord } from '../../domain/run/run.ts';
import type { StepWork } from '../../domain/run/step-work.ts';
import { targetOf } from '../../domain/run/target.ts';
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

interface RunParts {
  readonly run: Run;
  readonly cluster: string;
  /** Of Temporal. */
  readonly namespace: string;
  readonly plan: Plan | undefined;
  readonly steps: readonly StepRecord[];
  /** From the workflow, while it runs and answers. */
  readonly live: ClusterStatus | undefined;
  /** Usual times by kind of work. */
  readonly usual: ReadonlyMap<string, number>;
  readonly now: number;
}

/** A whole run: every step of every node and instance, and what waits for what. */
export function runView({ run, cluster, namespace, plan, steps, live, usual, now }: RunParts) {
  const byTarget = Map.groupBy(steps, ({ target }) => target);
  const stepsOf = (target: string) => byTarget.get(target)?.map((step) => stepView(step, run.endedAt ?? now)) ?? [];
  const sweepsAt = Map.groupBy(plan?.sweeps ?? [], ({ address }) => address);
  const nodeView = (address: string, own: readonly PlannedStep[]) => ({
    address,
    planned: [...own, ...sweepSteps(sweepsAt.get(address))],
    steps: stepsOf(address),
  });
  const nodes = plan?.nodes ?? [];
  const instances = plan?.instances ?? [];
  const planned = new Set([...nodes.map(({ address }) => address), ...instances.map(({ id }) => id)]);
  // Before the plan is made, and for nodes that only connect, there are only records.
  const recorded = [...steps.map(({ target }) => target), ...(plan?.sweeps ?? []).map(({ address }) => address)];
  const others = [...new Set(recorded)].filter((target) => !planned.has(target));
  return {
    ...runSummary(run, live),
    progress:
      plan === undefined || run.outcome !== undefined ? null : runProgress({ run, plan, steps, live, usual, now }),
    nodes: [
      ...nodes.map(({ address, steps: own }) => nodeView(address, own)),
      ...others.filter(isNode).map((address) => nodeView(address, [])),
    ],
    instances: [
      ...instances.map((instance) => {
        const {
          id,
          address,
          change,
          reasons,
          steps: own,
          needs,
          after,
          afterRemoval = [],
          afterUpdate = [],
        } = instance;
        const waits = { needs, after, afterRemoval, afterUpdate };
        return { id, address, change, reasons, planned: own, ...waits, steps: stepsOf(id) };
      }),
      ...others.filter((target) => !isNode(target)).map((id) => ({ id, steps: stepsOf(id) })),
    ],
    parked: live?.parked ?? [],
    working: live?.working ?? [],
    waiting: live?.waiting ?? [],
    temporal: temporalPage(cluster, namespace, run.temporalRunId),
  };
}

function runProgress({
  run,
  live,
  now,
  ...known
}: Omit<RunParts, 'cluster' | 'namespace' | 'plan'> & { readonly plan: Plan }) {
  const { steps, over, remainingMs } = progressOf({ ...known, now });
  // What waits for a decision, or for a node that does not answer, has no expected time.
  const isSilent = known.steps.some((step) => isAtWork(step) && step.silentSince !== undefined);
  const isKnown = remainingMs !== undefined && live?.parked.length === 0 && !isSilent;
  return {
    steps,
    over,
    elapsedMs: now - run.startedAt,
    remainingMs: isKnown ? Math.round(remainingMs) : null,
    estimatedEnd: isKnown ? time(now + remainingMs) : null,
  };
}

const isNode = (target: string): boolean => targetOf(target).kind === 'node';

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
