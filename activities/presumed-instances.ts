import { isEngineError } from '../domain/errors.ts';
import { inputChanges } from '../domain/instance-inputs.ts';
import { DEFAULT_PROFILE, profileFor } from '../domain/profiles/profiles.ts';
import { STEPS } from '../domain/steps.ts';
import type { InstanceSurvey } from '../domain/survey.ts';
import type { Store } from '../store/store.ts';
import type { ClusterContext, ClusterContexts } from './cluster-contexts.ts';
import type { WantedInstance } from './node-context.ts';

interface Known {
  readonly store: Pick<Store, 'runs' | 'nodes' | 'steps'>;
  readonly contexts: Pick<ClusterContexts, 'load'>;
}

/** Runs looked back at, restarts and stops among them; who deploys in vain more often than this presumes nothing. */
const RUNS = 50;

/** What a node that cannot be read carries and what would change there, as far as the last successful deploy tells. */
export async function presumedInstances(
  { store, contexts }: Known,
  cluster: ClusterContext,
  address: string,
): Promise<InstanceSurvey[]> {
  const deployed = await store.runs.deployed();
  const before = deployed && (await contexts.load(deployed.revision, deployed.release).catch(unlessEngineError));
  const facts = await store.nodes.facts(address);
  const about = { profile: profileFor(facts?.system ?? '') ?? DEFAULT_PROFILE, facts };
  const left = new Map(before?.node(address, about).instances.map((each) => [each.instance.id, each]));
  const touched = await touchedSince(store);
  return cluster.node(address, about).instances.map((wanted): InstanceSurvey => {
    const { id } = wanted.instance;
    const reasons =
      touched?.has(id) === false ? reasonsFor(left.get(id), wanted) : ['the last deploy did not finish here'];
    return {
      id,
      isInstalled: left.has(id),
      steps: reasons.length === 0 ? [] : [{ name: 'installJob', reasons }],
    };
  });
}

function reasonsFor(left: WantedInstance | undefined, wanted: WantedInstance): string[] {
  if (left === undefined) return ['not deployed yet'];
  if (left.fingerprint === wanted.fingerprint) return [];
  const changes = inputChanges(left.inputs, wanted.inputs);
  return changes.length > 0 ? changes : ['job, packages or properties'];
}

/** Instances that a run after the last successful one has begun to change; undefined = nobody knows. */
async function touchedSince({ runs, steps }: Known['store']): Promise<ReadonlySet<string> | undefined> {
  const all = await runs.list({ limit: RUNS });
  const newest = all.filter(({ operation }) => operation === 'deploy');
  const success = newest.findIndex(({ outcome }) => outcome === 'ok' || outcome === 'unchanged');
  if (success === -1) return all.length < RUNS ? new Set() : undefined;
  const records = await Promise.all(newest.slice(0, success).map(({ number }) => steps.of(number)));
  const changing = records.flat().filter(({ state, step }) => state !== 'unchanged' && STEPS[step].stage !== 'operate');
  return new Set(changing.map(({ target }) => target));
}

/** A release that the mirror no longer holds tells nothing. */
function unlessEngineError(error: unknown): undefined {
  if (!isEngineError(error) || error.retry === 'always') throw error;
}
