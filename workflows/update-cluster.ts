import { executeChild } from '@temporalio/workflow';
import { componentOf } from '../domain/instance.ts';
import type { PlannedInstance } from '../domain/plan.ts';
import { allOver } from './all-over.ts';
import type { ClusterState } from './cluster-state.ts';
import { createNeeds } from './needs.ts';
import { Slots } from './slots.ts';
import { clusterIdKey, instanceWorkflowId, phaseKey } from './messages.ts';
import type { TargetEnd, TargetInput } from './run-steps.ts';
import type { UnreadNodes } from './unread-nodes.ts';
import { updateInstance } from './update-instance.ts';

type Origin = Omit<TargetInput, 'target' | 'address'>;
/** What the root knows of an instance with work. */
export type RootInstance = Pick<PlannedInstance, 'id' | 'address' | 'change' | 'needs' | 'after' | 'isPresumedRunning'>;

/** How an instance ended: it runs, or why it does not. */
export type InstanceEnd = { readonly state: 'running' | 'not running'; readonly reason?: string };

interface Update {
  readonly origin: Origin;
  readonly state: ClusterState;
  readonly unread: UnreadNodes;
  readonly instances: readonly RootInstance[];
  /** Settles when the node is prepared. */
  prepared(address: string): Promise<TargetEnd>;
}

/** Updates every instance as soon as its node is prepared, what it needs runs, and its node and roll are free. */
export async function updateInstances({
  origin,
  state,
  unread,
  instances,
  prepared,
}: Update): Promise<Map<string, InstanceEnd>> {
  const ends = new Map<string, InstanceEnd>();
  const nodes = new Map(instances.map(({ address }) => [address, new Slots(1)]));
  const rolls = new Map(instances.map(({ id }) => [componentOf(id), new Slots(1)]));
  const brokenRolls = new Set<string>();
  const needs = createNeeds({ state, unread, instances, ends });

  const isAlone = (address: string): boolean => instances.filter((each) => each.address === address).length === 1;

  const update = async (instance: RootInstance): Promise<InstanceEnd> => {
    const { id, address } = instance;
    const { state: nodeState, reason = '' } = await prepared(address);
    if (nodeState === 'aborted') return { state: 'not running', reason: `its node ${address} was given up: ${reason}` };
    const change = unread.changeOf(instance);
    if (change === 'untouched') return { state: 'running' };

    const lacking = await needs.wait(instance);
    if (lacking !== undefined) return { state: 'not running', reason: `not started: needs ${lacking}` };

    const component = componentOf(id);
    const roll = change === 'changed' ? rolls.get(component) : undefined;
    if (roll !== undefined) await needs.inRoll(instance, roll);
    try {
      if (roll !== undefined && brokenRolls.has(component))
        return { state: 'not running', reason: `not updated: another ${component} failed before it` };
      const node = nodes.get(address) ?? new Slots(1);
      const end = await state.work({ target: id, address }, node, () =>
        startChild(origin, { ...instance, change }, isAlone(address)),
      );
      if (end.state === 'done') return { state: 'running' };
      brokenRolls.add(component);
      return { state: 'not running', ...(end.reason === undefined ? {} : { reason: end.reason }) };
    } finally {
      roll?.release();
    }
  };

  await allOver(
    instances.map(async (instance) => {
      ends.set(instance.id, await update(instance));
    }),
  );
  return ends;
}

const startChild = (origin: Origin, { id, address, change }: RootInstance, ownsPlace: boolean): Promise<TargetEnd> =>
  executeChild(updateInstance, {
    workflowId: instanceWorkflowId(origin.cluster, origin.run, id),
    args: [{ ...origin, target: id, address, ownsPlace }],
    staticSummary: `${change === 'added' ? 'Start' : 'Update'} ${id} on ${address}`,
    typedSearchAttributes: [
      { key: clusterIdKey, value: origin.cluster },
      { key: phaseKey, value: 'working' },
    ],
  });
