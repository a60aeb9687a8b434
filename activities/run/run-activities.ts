import { Context } from '@temporalio/activity';
import { addressesOf, type Configuration } from '../../domain/configuration.ts';
import { counted } from '../../domain/counted.ts';
import { DeploymentEngineError, isEngineError } from '../../domain/errors.ts';
import { instancesKnownBy } from '../../domain/instance.ts';
import { leavingOf } from '../../domain/plan/leaving.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import type {
  Limits,
  Operation,
  Plan,
  PlannedInstance,
  PlannedNode,
  PlannedSweep,
  Refusal,
} from '../../domain/plan/plan.ts';
import type { NodeSurvey } from '../../domain/plan/survey.ts';
import { clusterWorkflowId } from '../../domain/run/cluster-workflow.ts';
import type { DecisionAction } from '../../domain/run/decision.ts';
import { isExplained, lastLine } from '../../domain/run/last-line.ts';
import type { Outcome, Run } from '../../domain/run/run.ts';
import type { StepName } from '../../domain/steps.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { refusal } from '../boundary/boundary.ts';
import { engineRelease } from '../wanted/release-to-deploy.ts';
import { askConfirmation } from './ask-confirmation.ts';
import { createPlanOperation, listOf, type Operating, placesOf } from './plan-operation.ts';
import { refuseDamaged } from './refuse-damaged.ts';
import { surveyRefusal } from './survey-refusal.ts';

/** Nodes looked at by one survey activity. */
const BATCH = 50;

export interface BegunRun {
  readonly run: number;
  /** Of the execution that began it. With `run` it proves to every step that the run is open, also after a Reset. */
  readonly temporalRunId: string;
  readonly revision: number;
  /** sha256 of its tarball; an engine of before does not say. */
  readonly release?: string;
  readonly batches: readonly (readonly string[])[];
}

/** The root's part of a plan: ids, addresses and needs. */
export interface RootPlan {
  /** The number it goes on under, where nodes have seen a higher one; a run of an older engine does not say. */
  readonly run?: number;
  readonly nodes: readonly Pick<PlannedNode, 'address' | 'isUnread'>[];
  readonly instances: readonly Pick<
    PlannedInstance,
    'id' | 'address' | 'change' | 'needs' | 'after' | 'afterRemoval' | 'afterUpdate' | 'isPresumedRunning'
  >[];
  /** Default: none. */
  readonly sweeps?: readonly PlannedSweep[];
  readonly limits: Limits;
  /** What a request that still waits for its answer is refused with. Default: nothing. */
  readonly refusal?: Refusal;
}

/** A child's part of a plan: what it does, and within which limits. */
export interface Slice {
  readonly names: readonly StepName[];
  readonly limits: Limits;
  /** Once connected the node is looked at, and then the slice is another one. Default: false. */
  readonly isUnread?: boolean;
  /** What is going to happen on a node to its instances; those that stay untouched are not named. */
  readonly changes?: readonly Pick<PlannedInstance, 'id' | 'change'>[];
}

type BookKeeping = Operating &
  Pick<ActivityDependencies, 'cluster' | 'damagedFiles' | 'mirror' | 'release'> & {
    readonly store: Pick<Store, 'configurations' | 'engine' | 'installed' | 'steps'>;
  };

/** The run's own book-keeping: begin, plan, slices, decisions, end. */
export function createRunActivities(deps: BookKeeping) {
  const { store, log, limits } = deps;
  const say = (run: number, line: string, id: string, level: 'info' | 'warn' = 'info'): void =>
    log.write(run, [{ stream: 'local', node: undefined, step: undefined, level, line }], id);

  return {
    /** Gives the run its number; the same workflow run gets the same one. */
    async beginRun({ operation, instances = [], confirm, supersedes }: Beginning): Promise<BegunRun> {
      const { workflowId = '', runId: temporalRunId = '' } = Context.current().info.workflowExecution ?? {};
      refuseForeign(workflowId, clusterWorkflowId(deps.cluster));
      const newest = await store.configurations.newest();
      if (newest === undefined)
        throw new DeploymentEngineError(
          'ConfigMissing',
          'There is no configuration: POST /deployment-engine/config first.',
        );
      // What has begun goes on.
      if (operation === 'deploy' && !(await isBegun(temporalRunId))) await refuseDamaged(deps);
      // What is installed can be restarted and stopped also where the release is lost.
      const release = operation === 'deploy' ? await engineRelease(deps) : undefined;
      const aim = release === undefined ? await lastAim() : undefined;
      if (operation !== 'deploy') await placesOf(store, instances);
      const { revision, release: sha256 } = aim ?? { revision: newest.number, release: release?.sha256 ?? '' };
      const asked = { revision: newest, release: sha256, confirm };
      const agreed = operation === 'deploy' ? await askConfirmation(store, asked) : undefined;
      const start = {
        operation,
        revision,
        release: sha256,
        workflowId,
        temporalRunId,
        ...(supersedes === undefined ? {} : { supersedes }),
      };
      const run = await store.runs.begin(start).catch((error: unknown) => refuseUnlessBegun(temporalRunId, error));
      if (agreed !== undefined) await store.installed.agreeToRemoval(agreed, Date.now());
      const addresses = operation === 'deploy' ? await addressesToSee(newest.configuration) : [];
      say(
        run.number,
        release !== undefined
          ? `deploy ${run.number}: revision ${revision}, ${release.name} ${release.version}, ${counted(addresses.length, 'node')}`
          : `${operation} ${run.number}: ${listOf(instances)}`,
        'begin',
      );
      await flushed(run.number);
      return { run: run.number, temporalRunId, revision, release: sha256, batches: batchesOf(addresses) };
    },

    /** Throws why a deploy that takes over from a parked one would be refused. */
    async checkDeploy({ confirm }: { readonly confirm?: string }): Promise<void> {
      const newest = await store.configurations.newest();
      if (newest === undefined) throw new DeploymentEngineError('ConfigMissing', 'There is no configuration.');
      await refuseDamaged(deps);
      const { sha256 } = await engineRelease(deps);
      await askConfirmation(store, { revision: newest, release: sha256, confirm });
    },

    /** Stores the plan and returns the root's part of it. */
    async makePlan({ run }: { readonly run: number }): Promise<RootPlan> {
      const begun = (await store.runs.plan(run)) === undefined ? await aboveFences(run) : await knownRun(run);
      const plan = (await store.runs.plan(begun.number)) ?? (await planRun(begun, run));
      const { nodes, sweeps = [] } = plan;
      const instances = plan.instances.filter(({ change, steps }) => change !== 'removed' || steps.length > 0);
      const removed = instances.filter(({ change }) => change === 'removed').length;
      const work =
        nodes.length + instances.length === 0
          ? 'no changes'
          : `${counted(nodes.length, 'node')} to prepare, ${counted(instances.length - removed, 'instance')} to update` +
            (removed === 0 ? '' : `, ${removed} to remove`);
      say(begun.number, sweeps.length === 0 ? work : `${work}, ${counted(sweeps.length, 'node')} to sweep`, 'plan');
      for (const { instance, what } of plan.interruptions ?? []) say(begun.number, what, `interruption/${instance}`);
      for (const { id, reasons } of plan.instances.filter((each) => !instances.includes(each)))
        say(begun.number, `${id} is not removed now: ${reasons.at(-1)}`, `orphan/${id}`, 'warn');
      await flushed(begun.number);
      const refusal = surveyRefusal(await store.surveys.of(run));
      return {
        run: begun.number,
        nodes: nodes.map(({ address, isUnread = false }) => ({ address, ...(isUnread ? { isUnread } : {}) })),
        instances: instances.map(
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
        limits: plan.limits,
        ...(refusal === undefined ? {} : { refusal }),
      };
    },

    /** A child's part of the plan. */
    async loadSlice({ run, target }: { readonly run: number; readonly target: string }): Promise<Slice> {
      const plan = await store.runs.plan(run);
      if (plan === undefined) throw new DeploymentEngineError('RunEnded', `Run ${run} has no plan.`);
      const { limits } = plan;
      const node = plan.nodes.find(({ address }) => address === target);
      if (node === undefined) return { names: plan.instances.find(({ id }) => id === target)?.steps ?? [], limits };
      const names = node.steps.map(({ name }) => name);
      if (node.isUnread === true) return { names, limits, isUnread: true };
      const own = plan.instances.filter(({ address }) => address === target);
      return { names, limits, changes: own.map(({ id, change }) => ({ id, change })) };
    },

    /** What a restart or a stop has to do, and on which nodes; reads them. */
    planOperation: createPlanOperation(deps, {
      aboveFences,
      say: async (run, line, id) => {
        say(run, line, id);
        await flushed(run);
      },
    }),

    /** How an operation inside a parked run has ended. */
    async noteOperation({ run, line, id, level }: OperationNote): Promise<void> {
      say(run, line, id, level);
      await flushed(run);
    },

    /** What an operator decided about a parked step. */
    async recordDecision(decision: Decision): Promise<void> {
      const { run, target, step, round, action, reason } = decision;
      if (action !== 'retry')
        await store.steps.end(
          { run, target, step, round },
          action === 'skip' ? 'skipped' : 'aborted',
          reason === undefined ? [] : [reason],
        );
      const why = reason === undefined ? '' : ` (${reason})`;
      say(
        run,
        `${target}: ${action} ${step}${why}`,
        `decision/${target}/${step}/${round}`,
        action === 'retry' ? 'info' : 'warn',
      );
      await flushed(run);
    },

    /** Says once that little is left of what one execution may use. */
    async noteLimit({ run, used }: { readonly run: number; readonly used: string }): Promise<void> {
      say(
        run,
        `${used} of this run's Temporal execution are used: nothing parked is tried again by itself or by GET /deploy from now on; ` +
          'resolve and cancel still work. Decide about what is parked, or cancel and deploy again',
        'limit',
        'warn',
      );
      await flushed(run);
    },

    /** Outcome, deploy count and the contractual last line, once. */
    async finishRun({
      run,
      outcome,
      reason,
    }: {
      readonly run: number;
      readonly outcome: Outcome;
      readonly reason?: string;
    }): Promise<void> {
      if (reason !== undefined && !isExplained(outcome)) say(run, reason, 'end', 'warn');
      await flushed(run);
      await store.runs.finish(run, outcome, reason, lastLine(await knownRun(run), outcome, reason));
    },
  };

  /** What the cluster is made of now: what the newest run works or has worked towards. */
  async function lastAim(): Promise<Pick<Run, 'revision' | 'release'> | undefined> {
    return (await store.runs.list({ limit: 1 }))[0];
  }

  /** Those of the configuration, and those that carry what it no longer wants. */
  async function addressesToSee(configuration: Configuration): Promise<string[]> {
    const wanted = instancesKnownBy(await store.nodes.numbers(), configuration.components);
    const leaving = leavingOf(await store.installed.all(), wanted);
    return [...new Set([...addressesOf(configuration), ...leaving.map(({ address }) => address)])];
  }

  /** A repeat after the run has ended finds its log closed, which is as it should be. */
  async function flushed(run: number): Promise<void> {
    await log.flush(run).catch((error: unknown) => {
      if (!isEngineError(error, 'RunEnded')) throw error;
    });
  }

  /** A store that cannot be written refuses a run before it has begun; one that has begun waits for it. */
  async function refuseUnlessBegun(temporalRunId: string, error: unknown): Promise<never> {
    if (!isEngineError(error, 'StoreUnwritable')) throw error;
    throw (await isBegun(temporalRunId)) ? error : refusal(error);
  }

  async function isBegun(temporalRunId: string): Promise<boolean> {
    const newest = await store.runs.list({ limit: 1 });
    return newest.some((run) => run.temporalRunId === temporalRunId);
  }

  async function knownRun(run: number): Promise<Run> {
    const known = await store.runs.get(run);
    if (known === undefined) throw new DeploymentEngineError('RunNotFound', `There is no run ${run}.`);
    return known;
  }

  /** A store that is older than the nodes would give numbers that they refuse for good. */
  async function aboveFences(run: number): Promise<Run> {
    const surveys = await store.surveys.of(run);
    await aboveGenerations(run, surveys);
    // Of any generation: a number names one run on a node for ever.
    const seen = Math.max(0, ...surveys.map(({ fence }) => fence));
    if (seen < run) return knownRun(run);
    await flushed(run);
    return store.runs.raise(run, seen);
  }

  /** A restored store, or a copy of this engine: said, because only people know which. */
  async function aboveGenerations(run: number, surveys: readonly NodeSurvey[]): Promise<void> {
    const own = await store.engine.generation();
    const seen = Math.max(0, ...surveys.map(({ generation = 0 }) => generation));
    if (seen <= own) return;
    const where = surveys.filter(({ generation }) => generation === seen).map(({ address }) => address);
    say(
      run,
      `${where.join(', ')}: generation ${seen} of this engine has been at work there, this store knows of ${own} only. ` +
        `It goes on as generation ${seen + 1}. That is right for a restored backup; if a copy of this engine runs on ` +
        'another machine, stop it',
      `generation/${seen}`,
      'warn',
    );
    await flushed(run);
    await store.engine.raiseGeneration(seen);
  }

  async function planRun({ number: run, revision, release }: Run, surveyed: number): Promise<Plan> {
    const { instances, ports } = await deps.contexts.load(revision, release);
    const leaving = leavingOf(await store.installed.all(), instances);
    const surveys = await store.surveys.of(surveyed);
    const plan = makePlan({ run, revision, release, instances, surveys, leaving, ports, limits });
    await store.runs.savePlan(plan);
    return plan;
  }
}

interface Beginning {
  readonly cluster: string;
  readonly operation: Operation;
  /** Ids of those that are to be restarted or stopped. */
  readonly instances?: readonly string[];
  /** Hash of the plan that an operator has agreed to. */
  readonly confirm?: string;
  /** The run that ends as the new one begins. */
  readonly supersedes?: number;
}

export interface OperationNote {
  readonly run: number;
  readonly line: string;
  /** A repeated one is said once. */
  readonly id: string;
  readonly level: 'info' | 'warn';
}

export interface Decision {
  readonly run: number;
  readonly target: string;
  readonly step: StepName;
  readonly round: number;
  readonly action: DecisionAction;
  readonly reason: string | undefined;
}

/** The id is the lock, so under another one a deploy would work beside the one that is at work. */
function refuseForeign(workflowId: string, expected: string): void {
  if (workflowId === expected) return;
  throw new DeploymentEngineError(
    'InvalidRequest',
    `A deploy of this engine runs as workflow ${expected}, not as ${workflowId}: start it under that id, or by GET /deployment-engine/deploy.`,
  );
}

const batchesOf = (addresses: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(addresses.length / BATCH) }, (_, index) =>
    addresses.slice(index * BATCH, (index + 1) * BATCH),
  );
