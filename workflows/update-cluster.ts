import { condition, executeChild } from '@temporalio/workflow';
import type { ComponentNeed } from '../domain/components.ts';
import type { PlannedInstance } from '../domain/plan.ts';
import type { ClusterState } from './cluster-state.ts';
import { Slots } from './slots.ts';
import { clusterIdKey, instanceWorkflowId, phaseKey } from './messages.ts';
import type { TargetEnd, TargetInput } from './run-steps.ts';
import { updateInstance } from './update-instance.ts';

type Origin = Omit<TargetInput, 'target' | 'address'>;
/** What the root knows of an instance with work. */
export type RootInstance = Pick<PlannedInstance, 'id' | 'address' | 'change' | 'needs' | 'after'>;

/** How an instance ended: it runs, or why it does not. */
export type InstanceEnd = { readonly state: 'running' | 'not running'; readonly reason?: string };

interface Update {
  readonly origin: Origin;
  readonly state: ClusterState;
  readonly instances: readonly RootInstance[];
  /** Settles when the node is prepared. */
  prepared(address: string): Promise<TargetEnd>;
}

/** Updates every instance as soon as its node is prepared, what it needs runs, and its node and roll are free. */
export async function updateInstances({
  origin,
  state,
  instances,
  prepared,
}: Update): Promise<Map<string, InstanceEnd>> {
  const ends = new Map<string, InstanceEnd>();
  const nodes = new Map(instances.map(({ address }) => [address, new Slots(1)]));
  const rolls = new Map(instances.map(({ id }) => [componentOf(id), new Slots(1)]));
  const brokenRolls = new Set<string>();
  const isRunning = (id: string): boolean => ends.get(id)?.state === 'running';
  const isOver = (id: string): boolean => ends.has(id);

  const update = async (instance: RootInstance): Promise<InstanceEnd> => {
    const { id, address, change } = instance;
    const { state: nodeState, reason = '' } = await prepared(address);
    if (nodeState === 'aborted') return { state: 'not running', reason: `its node ${address} was given up: ${reason}` };

    const lacking = await waitForNeeds(instance);
    if (lacking !== undefined) return { state: 'not running', reason: `not started: needs ${lacking}` };

    const component = componentOf(id);
    const roll = change === 'changed' ? rolls.get(component) : undefined;
    await roll?.acquire();
    try {
      if (roll !== undefined && brokenRolls.has(component))
        return { state: 'not running', reason: `not updated: another ${component} failed before it` };
      const node = nodes.get(address) ?? new Slots(1);
      const end = await state.work(id, node, () => startChild(origin, instance));
      if (end.state === 'done') return { state: 'running' };
      brokenRolls.add(component);
      return { state: 'not running', ...(end.reason === undefined ? {} : { reason: end.reason }) };
    } finally {
      roll?.release();
    }
  };

  /** Waits until what must run does; tells what never will. */
  const waitForNeeds = async ({ id, needs, after }: RootInstance): Promise<string | undefined> => {
    for (const first of after) {
      state.wait(id, [first]);
      await condition(() => isOver(first) || !instances.some((other) => other.id === first));
      if (instances.some((other) => other.id === first) && !isRunning(first)) return first;
    }
    for (const need of needs) {
      const candidates = instances.filter((other) => componentOf(other.id) === need.component && other.id !== id);
      state.wait(id, [need.component]);
      await condition(() => isSettled(need, candidates));
      if (need.hard && !isMet(need, candidates)) return need.component;
    }
    state.wait(id, []);
    return undefined;
  };

  // An instance without work runs already, so a component without candidates is met.
  const isMet = (need: ComponentNeed, candidates: readonly RootInstance[]): boolean => {
    const concerned = need.mode === 'first' ? candidates.slice(0, 1) : candidates;
    if (concerned.length === 0) return true;
    return need.mode === 'any' ? concerned.some(({ id }) => isRunning(id)) : concerned.every(({ id }) => isRunning(id));
  };
  const isSettled = (need: ComponentNeed, candidates: readonly RootInstance[]): boolean =>
    isMet(need, candidates) || candidates.every(({ id }) => isOver(id) || (!need.hard && state.isParked(id)));

  await Promise.all(
    instances.map(async (instance) => {
      ends.set(instance.id, await update(instance));
    }),
  );
  return ends;
}

const componentOf = (id: string): string => id.slice(0, id.indexOf('/'));

const startChild = (origin: Origin, { id, address, change }: RootInstance): Promise<TargetEnd> =>
  executeChild(updateInstance, {
    workflowId: instanceWorkflowId(origin.cluster, origin.run, id),
    args: [{ ...origin, target: id, address }],
    staticSummary: `${change === 'added' ? 'Start' : 'Update'} ${id} on ${address}`,
    typedSearchAttributes: [
      { key: clusterIdKey, value: origin.cluster },
      { key: phaseKey, value: 'working' },
    ],
  });
