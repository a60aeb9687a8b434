import type { ClusterContext } from '../../cluster/cluster-context.ts';
import type { ClusterContexts } from '../../cluster/cluster-contexts.ts';
import type { WantedInstance } from '../../cluster/node-context.ts';
import { isEngineError } from '../../domain/errors.ts';
import { inputChanges, inputLine } from '../../domain/manifest/input-changes.ts';
import { type Leaving, leavingOf } from '../../domain/plan/leaving.ts';
import type { InstanceSurvey } from '../../domain/plan/survey.ts';
import { DEFAULT_PROFILE, profileFor } from '../../domain/profiles/profiles.ts';
import type { Run } from '../../domain/run/run.ts';
import { stageOf } from '../../domain/steps.ts';
import type { Text } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';

export interface Presuming {
  readonly store: Pick<Store, 'installed' | 'nodes' | 'runs' | 'steps'>;
  readonly contexts: Pick<ClusterContexts, 'load'>;
}

/** How many runs back are read, restarts and stops included; after more fruitless runs than this nothing is presumed. */
const RUNS = 50;

/** What a node that cannot be read carries and what would change there, as far as the store knows. */
export async function presumedInstances(
  { store, contexts }: Presuming,
  cluster: ClusterContext,
  address: string,
): Promise<InstanceSurvey[]> {
  // Of nodes that are left or given back.
  if (cluster.instances.every((each) => each.address !== address)) return [];
  const facts = await store.nodes.facts(address);
  const about = { profile: profileFor(facts?.system ?? '') ?? DEFAULT_PROFILE, facts };
  const make = async ({ revision, release }: Aim): Promise<Made | undefined> => {
    const context = await contexts.load(revision, release).catch(unlessEngineError);
    return context && new Map(context.node(address, about).instances.map((each) => [each.instance.id, each]));
  };
  // Most instances of a node were made by the same few runs.
  const known = new Map<string, ReturnType<typeof make>>();
  const made = (aim: Aim): ReturnType<typeof make> => {
    const making = known.get(keyOf(aim)) ?? make(aim);
    known.set(keyOf(aim), making);
    return making;
  };
  const deployed = await store.runs.deployed();
  const left = deployed && (await made(deployed));
  const wantedHere = cluster.node(address, about).instances;
  const touched = await touchedSince(
    store,
    wantedHere.map(({ instance }) => instance.id),
  );
  const installed = await store.installed.all();
  const leaving = leavingOf(installed, cluster.instances);
  return Promise.all(
    wantedHere.map(async (wanted): Promise<InstanceSurvey> => {
      const { id } = wanted.instance;
      const begun = touched?.get(id);
      const reasons =
        touched !== undefined && begun === undefined
          ? reasonsFor(left?.get(id), wanted)
          : ['the last deploy did not finish here'];
      const isInstalled = installed.some((each) => each.id === id);
      if (reasons.length === 0) return { id, isInstalled, steps: [] };
      const steps = [{ name: 'installJob', reasons } as const];
      if (!isInstalled || leaving.length === 0 || touched === undefined) return { id, isInstalled, steps };
      const possible = await Promise.all([...(deployed === undefined ? [] : [deployed]), ...(begun ?? [])].map(made));
      return { id, isInstalled, steps, ...pointing(possible, wanted, leaving) };
    }),
  );
}

type Aim = Pick<Run, 'revision' | 'release'>;
const keyOf = ({ revision, release }: Aim): string => `${revision}/${release}`;
/** Instances of the node, as they would have been made. */
type Made = ReadonlyMap<string, WantedInstance>;

function reasonsFor(left: WantedInstance | undefined, wanted: WantedInstance): Text[] {
  if (left === undefined) return ['not deployed yet'];
  if (left.fingerprint === wanted.fingerprint) return [];
  const changes = inputChanges(left.inputs, wanted.inputs);
  return changes.length > 0 ? changes : ['job, packages or properties'];
}

/** Instances that its files name, whichever of these files it has, in a property that is going to change. */
function pointing(
  possible: readonly (Made | undefined)[],
  wanted: WantedInstance,
  leaving: readonly Leaving[],
): Pick<InstanceSurvey, 'pointsTo'> {
  if (possible.includes(undefined)) return {};
  const known = possible.flatMap((all) => all?.get(wanted.instance.id) ?? []);
  if (known.length === 0) return {};
  const pointsTo = [...new Set(leaving.map(({ address }) => address))].filter((address) =>
    known.some((each) => each.naming(address).some((property) => differs(property, each, wanted))),
  );
  return { pointsTo };
}

function differs(property: string, { inputs }: WantedInstance, wanted: WantedInstance): boolean {
  const line = inputs.find((each) => each.startsWith(inputLine('property', property, '')));
  return line === undefined || !wanted.inputs.includes(line);
}

/**
 * By instance, for those of these that runs after the last successful one began to change: what those runs aimed at; undefined =
 * not known.
 */
async function touchedSince(
  { runs, steps }: Presuming['store'],
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly Aim[]> | undefined> {
  const touched = new Map<string, Map<string, Aim>>();
  let worked = 0;
  for await (const { number, revision, release, operation, outcome } of newestFirst(runs)) {
    const isDeploy = operation === 'deploy';
    if (isDeploy && (outcome === 'ok' || outcome === 'unchanged')) break;
    // Deploys that were refused after their survey, one at each poll of an outage, have touched nothing.
    if (!(await steps.hasBegun(number))) continue;
    if (++worked === RUNS) return undefined;
    if (!isDeploy) continue;
    const aim = { revision, release };
    for (const { target, state, step } of await steps.ofTargets(number, ids)) {
      if (state === 'unchanged' || stageOf(step) === 'operate') continue;
      const aims = touched.get(target) ?? new Map<string, Aim>();
      touched.set(target, aims.set(keyOf(aim), aim));
    }
  }
  return new Map([...touched].map(([target, aims]) => [target, [...aims.values()]]));
}

async function* newestFirst(runs: Presuming['store']['runs']): AsyncGenerator<Run> {
  for (let page = await runs.list({ limit: RUNS }); page.length > 0;) {
    yield* page;
    page = await runs.list({ limit: RUNS, before: page.at(-1)?.number ?? 0 });
  }
}

/** A release that the mirror no longer holds tells nothing. */
function unlessEngineError(error: unknown): undefined {
  if (!isEngineError(error) || error.retry === 'always') throw error;
}
