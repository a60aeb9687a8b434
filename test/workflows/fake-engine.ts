import { ApplicationFailure } from '@temporalio/common';
import type { EngineActivities, StepInput, StepResult } from '../../activities/index.ts';
import type { ComponentName, ComponentNeed } from '../../domain/components.ts';
import { componentOf } from '../../domain/instance.ts';
import { planOperation } from '../../domain/plan/operation.ts';
import type { InstanceChange, Limits, PlannedSweep, Refusal } from '../../domain/plan/plan.ts';
import { packPlan, type RootPlan } from '../../domain/plan/root-plan.ts';
import { STEPS, type StepName, stepsOf } from '../../domain/steps.ts';
import { carrying } from '../../domain/text/carried-text.ts';
import { inEnglish, type Text } from '../../domain/text/text.ts';

interface FakeInstance {
  readonly id: string;
  readonly address: string;
  readonly change?: InstanceChange;
  readonly needs?: readonly ComponentNeed[];
  readonly after?: readonly string[];
  readonly afterRemoval?: readonly string[];
  readonly afterUpdate?: readonly string[];
  readonly isPresumedRunning?: boolean;
}

interface FakeCluster {
  readonly run: number;
  readonly nodes: readonly string[];
  readonly instances: readonly FakeInstance[];
  readonly sweeps?: readonly PlannedSweep[];
  readonly limits?: Partial<Limits>;
  /** By address: the shard, from 1, that looks after it. Default: the root does. */
  readonly shards?: Readonly<Record<string, number>>;
  /** Nodes that the survey could not read, with what a look after `connect` finds of their instances. */
  readonly unread?: Readonly<Record<string, Readonly<Record<string, InstanceChange>>>>;
  /** Targets whose node does not answer when their commands are to be ended. */
  readonly unreachable?: readonly string[];
  /** Called for each attempt of each step; a throw fails it, a builder makes it wait for that. */
  readonly step?: (input: StepInput) => Promise<string | void> | string | void;
  /** Called where a step waits for a builder. */
  readonly awaitBuilds?: (builder: string) => Promise<void>;
  /** Default: every step changes something. */
  readonly isUnchanged?: boolean;
  readonly beginRun?: () => void;
  /** What a request that waits for the survey is refused with. */
  readonly refusal?: Refusal;
  /** Throws why no other run may take over. */
  readonly checkDeploy?: () => void;
  /** Why an operation is not begun. */
  readonly refuseOperation?: () => { readonly code: string; readonly message: string } | undefined;
}

const LIMITS: Limits = {
  patience: 900_000,
  selfRetry: 600_000,
  selfRetryMax: 3_600_000,
  startDeadline: 60_000,
  maxInFlight: 50,
};

/** Activities that act on nothing, and remember what they were asked for. */
export function fakeEngine({
  run,
  nodes,
  instances,
  sweeps,
  limits,
  shards = {},
  unread = {},
  unreachable = [],
  step,
  awaitBuilds,
  isUnchanged,
  beginRun,
  refusal,
  checkDeploy,
  refuseOperation,
}: FakeCluster) {
  const events: string[] = [];
  const steps = async (input: StepInput): Promise<StepResult> => {
    events.push(`begin ${input.target} ${input.step}`);
    const builder = await step?.(input);
    if (typeof builder === 'string') return { state: 'waiting', builder, profile: 'debian-12', keys: ['ruby'] };
    events.push(`end ${input.target} ${input.step}`);
    return { state: isUnchanged === true ? 'unchanged' : 'changed' };
  };
  const activities: EngineActivities = {
    beginRun: async () => {
      beginRun?.();
      return { run, temporalRunId: 'of the fake', revision: 3, batches: [nodes] };
    },
    checkDeploy: async () => checkDeploy?.(),
    survey: async () => undefined,
    awaitBuilds: async ({ builder }) => awaitBuilds?.(builder),
    makePlan: async ({ packs = false }) => {
      const plan: RootPlan = {
        nodes: nodes.map((address) => ({
          address,
          ...(address in unread ? { isUnread: true } : {}),
          ...(shards[address] === undefined ? {} : { shard: shards[address] }),
        })),
        instances: instances.map(({ change = 'added', needs = [], after = [], ...rest }) => ({
          change,
          needs,
          after,
          ...rest,
        })),
        ...(sweeps === undefined ? {} : { sweeps }),
        limits: { ...LIMITS, ...limits },
        ...(refusal === undefined ? {} : { refusal }),
      };
      return packs ? packPlan(plan) : plan;
    },
    loadSlice: async ({ target }) => {
      const slice = { limits: { ...LIMITS, ...limits } };
      const isLeaving = instances.some(({ id, change }) => id === target && change === 'removed');
      if (target.includes('/')) return { ...slice, names: stepsOf(isLeaving ? 'remove' : 'update') };
      const changes = unread[target];
      if (changes === undefined) return { ...slice, names: stepsOf('prepare') };
      if (!events.includes(`end ${target} connect`)) return { ...slice, names: ['connect'], isUnread: true };
      return { ...slice, names: ['connect'], changes: Object.entries(changes).map(([id, change]) => ({ id, change })) };
    },
    planOperation: async ({ operation, instances: ids }) => {
      events.push(`plan ${operation} ${ids.join(' ')}`);
      const refusal = refuseOperation?.();
      const known = instances.filter(({ id }) => ids.includes(id));
      const placed = known.map(({ id, address }) => ({ id, address, component: componentOf(id) as ComponentName }));
      return {
        run,
        instances: refusal === undefined ? planOperation({ operation, instances: placed }) : [],
        absent: ids.filter((id) => !known.some((each) => each.id === id)),
        ...(refusal === undefined ? {} : { refusal }),
      };
    },
    noteOperation: async ({ line }) => void events.push(inEnglish(line)),
    recordDecision: async ({ target, action, step: name }) => void events.push(`${action} ${target} ${name}`),
    endCommands: async ({ target }) => {
      events.push(`end commands of ${target}`);
      return { isKnown: !unreachable.includes(target) };
    },
    verifyCluster: async () => ({ problems: [] }),
    noteLimit: async ({ used }) => void events.push(`used: ${used}`),
    finishRun: async ({ outcome }) => void events.push(`finish ${outcome}`),
    watchNodes: async () => undefined,
    previewPlan: async () => undefined,
    lookAtHardware: async () => undefined,
    preflight: async () => undefined,
    showHostKeys: async () => undefined,
    lookAtClaims: async () => undefined,
    copyLog: async () => undefined,
    ...(Object.fromEntries(Object.keys(STEPS).map((name) => [name, steps])) as Record<StepName, typeof steps>),
  };
  return { activities, events, before: (first: string, second: string) => isBefore(events, first, second) };
}

/** As the worker's boundary makes it: the message in English, the text itself among the details. */
export const failure = (code: string, text: Text, isRetryable = false): ApplicationFailure =>
  ApplicationFailure.create({
    type: code,
    message: inEnglish(text),
    nonRetryable: true,
    details: [{ isRetryable, ...carrying(text) }],
  });

function isBefore(events: readonly string[], first: string, second: string): boolean {
  const [a, b] = [events.indexOf(first), events.indexOf(second)];
  if (a === -1 || b === -1) throw new Error(`missing: ${a === -1 ? first : second}`);
  return a < b;
}
