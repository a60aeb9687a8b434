import type { NeedMode } from '../components.ts';
import { componentOf } from '../instance.ts';
import type { Plan, PlannedInstance, PlannedNode } from '../plan/plan.ts';
import { stepOfSweep } from '../plan/sweeps.ts';
import { DEFAULT_PROFILE } from '../profiles/profiles.ts';
import type { StepName } from '../steps.ts';
import type { StepRecord } from './run.ts';
import { timeOf } from './step-work.ts';

interface Known {
  readonly plan: Pick<Plan, 'nodes' | 'instances' | 'builds' | 'sweeps'>;
  /** By target. */
  readonly steps: ReadonlyMap<string, readonly StepRecord[]>;
  /** What is usual, in milliseconds, by the names of `timeOf`. */
  readonly usual: ReadonlyMap<string, number>;
  readonly now: number;
}

/** How much of a run is done and left. */
export interface RunProgress {
  /** Planned steps, and those of them that are over. */
  readonly steps: number;
  readonly over: number;
  /** Milliseconds until all is done, if all goes as usual; unknown while a step that takes long was never measured. */
  readonly remainingMs: number | undefined;
}

/** Those that may take minutes: without their times every guess would be wrong. */
const LONG: ReadonlySet<StepName> = new Set<StepName>([
  'installRuntimePackages',
  'buildRuby',
  'transferRelease',
  'compilePackages',
  'start',
  'restart',
]);
/** Another of which nothing is known. */
const SHORT_MS = 1_000;
/** With that many steps over and as many left, what counts is how fast the engine gets through them. */
const MANY = 500;

/** Nodes are prepared side by side; an instance waits for its node and for what it needs; sweeping comes last. */
export function progressOf(known: Known): RunProgress {
  const { nodes, instances, sweeps = [] } = known.plan;
  let steps = 0;
  let over = 0;
  const count = (target: string, name: StepName): void => {
    steps += 1;
    if (isOver(recordOf(known, target, name))) over += 1;
  };
  // Loops, since of thousands of nodes there are tens of thousands of steps.
  for (const { address, steps: own } of nodes) for (const { name } of own) count(address, name);
  for (const { id, steps: own } of instances) for (const name of own) count(id, name);
  for (const planned of sweeps) count(planned.address, stepOfSweep(planned));
  const each = remainingMs(known, createLeft(known));
  const left = steps - over;
  const paced = Math.min(over, left) < MANY ? 0 : left * msPerStep(known);
  return { steps, over, remainingMs: each === undefined ? undefined : Math.max(each, paced) };
}

/** At the pace of those that ended last. */
function msPerStep({ steps, now }: Known): number {
  const ends: number[] = [];
  for (const records of steps.values())
    for (const { endedAt } of records) if (endedAt !== undefined) ends.push(endedAt);
  const latest = Float64Array.from(ends).sort().subarray(-MANY);
  return latest.length === 0 ? 0 : (now - (latest[0] ?? now)) / latest.length;
}

/** What is left of a step, in milliseconds; undefined where nobody can tell. */
type Left = (target: string, step: StepName, time: string) => number | undefined;

function createLeft({ steps, usual, now }: Known): Left {
  return (target, step, time) => {
    const record = recordOf({ steps }, target, step);
    if (isOver(record)) return 0;
    const wholeMs = usual.get(time) ?? (LONG.has(step) ? undefined : SHORT_MS);
    const work = record?.work;
    // Who waits for another's work has not begun its own.
    if (record === undefined || work?.waitsFor !== undefined) return wholeMs;
    const own = work?.usualMs ?? wholeMs;
    if (own === undefined) return undefined;
    const elapsed = now - (work?.pausedUntil ?? work?.since ?? record.startedAt);
    return Math.max(0, own - elapsed);
  };
}

function remainingMs({ plan }: Known, left: Left): number | undefined {
  const prepared = preparedAt(plan, left);
  const instances = plan.instances.map((instance) => {
    const { id, steps } = instance;
    return { instance, ms: sum(steps.map((step) => left(id, step, timeOf.step(step, componentOf(id))))) };
  });
  const known = instances.flatMap(({ instance, ms }) => (ms === undefined ? [] : [{ instance, ms }]));
  if (prepared === undefined || known.length < instances.length) return undefined;
  const swept = (plan.sweeps ?? []).map(
    (planned) =>
      left(planned.address, stepOfSweep(planned), timeOf.step(stepOfSweep(planned), DEFAULT_PROFILE.name)) ?? SHORT_MS,
  );
  return Math.max(0, ...prepared.values(), ...runningAt(known, prepared)) + Math.max(0, ...swept);
}

/** When each node is prepared, from now: who lacks a build waits for the one who makes it. */
function preparedAt({ nodes, builds }: Known['plan'], left: Left): ReadonlyMap<string, number> | undefined {
  const ends = new Map<string, number>();
  const builtAt = new Map<StepName, number>();
  const made = madeBy(builds);
  for (const node of nodes.toSorted((a, b) => Number(made.has(b.address)) - Number(made.has(a.address)))) {
    const makes = made.get(node.address) ?? new Set();
    let at = 0;
    for (const { name } of node.steps) {
      const ms = left(node.address, name, timeOfNode(node, name, makes.has(name)));
      if (ms === undefined) return undefined;
      if (ms > 0 && !makes.has(name)) at = Math.max(at, builtAt.get(name) ?? 0);
      at += ms;
      if (makes.has(name)) builtAt.set(name, Math.max(at, builtAt.get(name) ?? 0));
    }
    ends.set(node.address, at);
  }
  return ends;
}

const timeOfNode = ({ profile = DEFAULT_PROFILE.name }: PlannedNode, step: StepName, isMadeHere: boolean): string =>
  timeOf.step(step, profile, { isMadeHere });

/** By address: at which steps it makes something for all. */
function madeBy(builds: Plan['builds']): ReadonlyMap<string, ReadonlySet<StepName>> {
  const made = new Map<string, Set<StepName>>();
  for (const [id, address] of Object.entries(builds)) {
    const own = made.get(address) ?? new Set();
    made.set(address, own.add(id.includes('/package/') ? 'compilePackages' : 'buildRuby'));
  }
  return made;
}

interface InstanceLeft {
  readonly instance: PlannedInstance;
  readonly ms: number;
}

/** When each instance runs or is gone, from now: after what it needs or waits for, one at a time on a node. */
function runningAt(all: readonly InstanceLeft[], prepared: ReadonlyMap<string, number>): number[] {
  const byId = new Map(all.map((each) => [each.instance.id, each]));
  const byComponent = Map.groupBy(all, ({ instance }) => componentOf(instance.id));
  const freeAt = new Map(prepared);
  const ends = new Map<string, number>();
  const groups = new Map<string, number>();

  const endOf = ({ instance, ms }: InstanceLeft): number => {
    const { id, address, needs, after, afterRemoval = [], afterUpdate = [] } = instance;
    const known = ends.get(id);
    if (known !== undefined) return known;
    ends.set(id, 0); // whoever needs it in a circle does not wait for it
    const needed = needs.map(({ component, mode }) => groupEnd(component, mode));
    const waitsFor = [...after, ...afterRemoval, ...afterUpdate];
    const before = waitsFor.flatMap((each) => byId.get(each) ?? []).map(endOf);
    const at = Math.max(0, ...needed, ...before, freeAt.get(address) ?? 0);
    const end = ms === 0 ? 0 : at + ms;
    ends.set(id, end);
    freeAt.set(address, Math.max(end, freeAt.get(address) ?? 0));
    return end;
  };
  const groupEnd = (component: string, mode: NeedMode): number => {
    const key = `${component} ${mode}`;
    const known = groups.get(key);
    if (known !== undefined) return known;
    const own = (byComponent.get(component) ?? []).map(endOf);
    const end = own.length === 0 ? 0 : mode === 'all' ? Math.max(...own) : Math.min(...own);
    groups.set(key, end);
    return end;
  };
  return all.map(endOf);
}

const sum = (all: readonly (number | undefined)[]): number | undefined =>
  all.reduce((total, ms) => (total === undefined || ms === undefined ? undefined : total + ms), 0);

/** Of its last round. */
function recordOf({ steps }: Pick<Known, 'steps'>, target: string, step: StepName): StepRecord | undefined {
  let last: StepRecord | undefined;
  for (const record of steps.get(target) ?? [])
    if (record.step === step && (last === undefined || record.round >= last.round)) last = record;
  return last;
}

const OVER: ReadonlySet<StepRecord['state']> = new Set<StepRecord['state']>([
  'done',
  'unchanged',
  'skipped',
  'aborted',
]);

const isOver = (record: StepRecord | undefined): boolean => record !== undefined && OVER.has(record.state);
