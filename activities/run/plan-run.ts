import { DeploymentEngineError } from '../../domain/errors.ts';
import { leavingOf } from '../../domain/plan/leaving.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import type { Limits, Plan, PlannedInstance, Refusal } from '../../domain/plan/plan.ts';
import { type CarriedPlan, packPlan, type RootPlan } from '../../domain/plan/root-plan.ts';
import { isGivenBack, replacedMachines, sweepCounts } from '../../domain/plan/sweeps.ts';
import { shareNodes } from '../../domain/plan/share-nodes.ts';
import type { NodeSurvey } from '../../domain/plan/survey.ts';
import type { Run } from '../../domain/run/run.ts';
import type { StepName } from '../../domain/steps.ts';
import { countOf } from '../../domain/text/counts.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import type { RunBook } from './run-book.ts';
import { surveyRefusal } from './survey-refusal.ts';

/** A child's part of a plan: what it does, and within which limits. */
export interface Slice {
  readonly names: readonly StepName[];
  readonly limits: Limits;
  /** Once connected the node is looked at, and then the slice is another one. Default: false. */
  readonly isUnread?: boolean;
  /** What is going to happen on a node to its instances; those that stay untouched are not named. */
  readonly changes?: readonly Pick<PlannedInstance, 'id' | 'change'>[];
}

interface PlanRequest {
  readonly run: number;
  /** Default: false. */
  readonly packs?: boolean;
}

type Planning = Pick<ActivityDependencies, 'contexts' | 'limits'> & {
  readonly store: Pick<Store, 'installed' | 'nodes' | 'runs' | 'surveys'>;
};

/** `aboveFences`: gives the run the number that its nodes let in. */
export function createPlanRun(
  { store, contexts, limits }: Planning,
  { say, flushed, knownRun }: RunBook,
  aboveFences: (run: number, surveys: readonly NodeSurvey[]) => Promise<Run>,
) {
  return {
    /** Stores the plan and returns the root's part of it. `packs`: whether whoever asks can unpack it. */
    async makePlan({ run, packs = false }: PlanRequest): Promise<CarriedPlan> {
      const surveys = await store.surveys.of(run);
      const begun = (await store.runs.plan(run)) === undefined ? await aboveFences(run, surveys) : await knownRun(run);
      const plan = (await store.runs.plan(begun.number)) ?? (await planRun(begun, surveys));
      say(begun.number, workOf(plan), 'plan');
      for (const { instance, what } of plan.interruptions ?? []) say(begun.number, what, `interruption/${instance}`);
      for (const { id, reasons } of plan.instances.filter(isPutOff))
        say(
          begun.number,
          phrase('{id} is not removed now: {why}', { id, why: reasons.at(-1) ?? '' }),
          `orphan/${id}`,
          'warn',
        );
      await flushed(begun.number);
      const root = rootPlan(begun, plan, surveyRefusal(surveys));
      return packs ? packPlan(root) : root;
    },

    /** A child's part of the plan. */
    async loadSlice({ run, target }: { readonly run: number; readonly target: string }): Promise<Slice> {
      const plan = await store.runs.plan(run);
      if (plan === undefined) throw new DeploymentEngineError('RunEnded', phrase('Run {run} has no plan.', { run }));
      const { limits } = plan;
      const node = plan.nodes.find(({ address }) => address === target);
      if (node === undefined) return { names: plan.instances.find(({ id }) => id === target)?.steps ?? [], limits };
      const names = node.steps.map(({ name }) => name);
      if (node.isUnread === true) return { names, limits, isUnread: true };
      const own = plan.instances.filter(({ address }) => address === target);
      return { names, limits, changes: own.map(({ id, change }) => ({ id, change })) };
    },
  };

  async function planRun({ number: run, revision, release }: Run, surveys: readonly NodeSurvey[]): Promise<Plan> {
    const { instances, ports, apart } = await contexts.load(revision, release);
    const leaving = leavingOf(await store.installed.all(), instances);
    for (const address of replacedMachines(surveys, { instances, leaving })) {
      await store.nodes.forgetClaim(address);
      say(
        run,
        phrase('{address} is another machine now: there is nothing to give back', { address }),
        `gone/${address}`,
      );
    }
    const plan = makePlan({ run, revision, release, instances, surveys, leaving, ports, apart, limits });
    await store.runs.savePlan(plan);
    return plan;
  }
}

/** An instance that goes once its node can be reached. */
const isPutOff = ({ change, steps }: PlannedInstance): boolean => change === 'removed' && steps.length === 0;

function workOf({ nodes, instances, sweeps = [] }: Plan): Text {
  const working = instances.filter((each) => !isPutOff(each));
  const removed = working.filter(({ change }) => change === 'removed').length;
  const prepared = phrase('{nodes} to prepare', { nodes: countOf(nodes.length, 'node') });
  const updated = phrase('{instances} to update', { instances: countOf(working.length - removed, 'instance') });
  const names = [
    ...(nodes.length + working.length > 0 ? [prepared, updated] : sweeps.some(isGivenBack) ? [] : ['no changes']),
    ...(removed === 0 ? [] : [phrase('{count} to remove', { count: removed })]),
    ...sweepCounts(sweeps),
  ];
  return phrase('{names}', { names });
}

function rootPlan(
  { number: run }: Run,
  { nodes, instances, sweeps = [], limits }: Plan,
  refusal: Refusal | undefined,
): RootPlan {
  const working = instances.filter((each) => !isPutOff(each));
  const shards = shareNodes({ nodes, instances: working }, limits);
  return {
    run,
    nodes: nodes.map(({ address, isUnread = false }) => {
      const shard = shards.get(address);
      return { address, ...(isUnread ? { isUnread } : {}), ...(shard === undefined ? {} : { shard }) };
    }),
    instances: working.map(
      ({ id, address, change, needs, after, afterRemoval, afterUpdate, isPresumedRunning = false }) => ({
        id,
        address,
        change,
        needs,
        after,
        ...(afterRemoval === undefined ? {} : { afterRemoval }),
        ...(afterUpdate === undefined ? {} : { afterUpdate }),
        ...(isPresumedRunning ? { isPresumedRunning } : {}),
      }),
    ),
    ...(sweeps.length === 0 ? {} : { sweeps }),
    limits,
    ...(refusal === undefined ? {} : { refusal }),
  };
}
