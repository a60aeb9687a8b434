import { condition, executeChild } from '@temporalio/workflow';
import { componentOf } from '../../domain/instance.ts';
import type { RootInstance } from '../../domain/plan/root-plan.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { allOver } from '../all-over.ts';
import { clusterIdKey, instanceWorkflowId, phaseKey } from '../messages.ts';
import { isPatched } from '../patches.ts';
import { runSteps } from '../target/run-steps.ts';
import type { TargetEnd, TargetInput } from '../target/target-end.ts';
import { Slots } from '../workflow-slots.ts';
import type { ClusterState } from './cluster-state.ts';
import type { InstanceEnd, Needs } from './needs.ts';
import type { Rolls } from './rolls.ts';
import type { UnreadNodes } from './unread-nodes.ts';

type Origin = Omit<TargetInput, 'target' | 'address'>;

interface Update {
  readonly origin: Origin;
  readonly state: ClusterState;
  readonly unread: UnreadNodes;
  readonly instances: readonly RootInstance[];
  readonly needs: Pick<Needs, 'inRoll' | 'isStuck' | 'untilClear' | 'untilGone' | 'wait'>;
  readonly rolls: Rolls;
  /** Settles when the node is prepared. */
  prepared(address: string): Promise<TargetEnd>;
  /** Settles when an instance that another workflow updates is over; undefined = it is updated here. Default: all are. */
  readonly endElsewhere?: (id: string) => Promise<InstanceEnd> | undefined;
  /** Is filled with how each has ended. */
  readonly ends: Map<string, InstanceEnd>;
  /** Called for each that ends. */
  readonly onEnd?: (id: string, end: InstanceEnd) => void;
}

/** Updates every instance as soon as its node is prepared, what it needs runs, and its node and roll are free. */
export async function updateInstances({
  origin,
  state,
  unread,
  instances: all,
  needs,
  rolls,
  prepared,
  endElsewhere,
  ends,
  onEnd,
}: Update): Promise<ReadonlyMap<string, InstanceEnd>> {
  const instances = all.filter(({ change }) => change !== 'removed');
  const places = new Map(all.map(({ address }) => [address, new Slots(1)]));

  const isAlone = (address: string): boolean => all.filter((each) => each.address === address).length === 1;

  const update = async (instance: RootInstance, node: TargetEnd): Promise<InstanceEnd> => {
    const { id, address } = instance;
    const { state: nodeState, reason = '' } = node;
    if (nodeState === 'aborted')
      return { state: 'not running', reason: phrase('its node {address} was given up: {reason}', { address, reason }) };
    const change = unread.changeOf(instance);
    if (change === 'untouched') return { state: 'running' };

    const stillThere = await needs.untilGone(instance);
    if (stillThere !== undefined)
      return {
        state: 'not running',
        reason: phrase('not installed: {instance} is still there', { instance: stillThere }),
      };
    const lacking = await needs.wait(instance);
    if (lacking !== undefined)
      return { state: 'not running', reason: phrase('not started: needs {needed}', { needed: lacking }) };

    if (change === 'added' && instance.afterUpdate !== undefined) await needs.untilClear(instance);
    const component = componentOf(id);
    const roll = change === 'changed' ? rolls.of(component) : undefined;
    if (roll !== undefined) await needs.inRoll(instance, roll);
    try {
      if (roll !== undefined && rolls.broken.has(component))
        return {
          state: 'not running',
          reason: phrase('not updated: another {component} failed before it', { component }),
        };
      const isConcerned = state.isOperated(id) || state.stopped.has(id);
      if (isConcerned && isPatched('what was stopped inside the run is not started')) {
        await condition(() => !state.isOperated(id));
        if (state.stopped.has(id))
          return { state: 'not running', reason: 'not updated: an operator has stopped it inside this run' };
      }
      const place = places.get(address) ?? new Slots(1);
      const end = await state.work({ target: id, address }, place, () =>
        startChild(origin, { ...instance, change }, isAlone(address)),
      );
      if (end.state === 'done') return { state: 'running' };
      rolls.broken.add(component);
      return { state: 'not running', ...(end.reason === undefined ? {} : { reason: end.reason }) };
    } finally {
      roll?.release();
    }
  };

  const remove = async (instance: RootInstance): Promise<InstanceEnd> => {
    const { id, address } = instance;
    const obstacle = await untilMayGo(instance);
    if (obstacle !== undefined)
      return { state: 'not running', reason: phrase('not removed: {why}', { why: obstacle }) };
    const place = places.get(address) ?? new Slots(1);
    const end = await state.work({ target: id, address }, place, () =>
      startRemoval(origin, instance, isAlone(address)),
    );
    if (end.isLeftBehind === true) return { state: 'left behind' };
    if (end.state === 'done' && end.skipped.length > 0)
      return { state: 'left behind', reason: phrase('skipped {steps}', { steps: end.skipped }) };
    if (end.state === 'done') return { state: 'removed' };
    return { state: 'not running', ...(end.reason === undefined ? {} : { reason: end.reason }) };
  };

  /** Waits until a leaving instance may go: its successor needs the place, or nobody points to it. Returns why it may not. */
  const untilMayGo = async ({ id, afterUpdate = [] }: RootInstance): Promise<Text | undefined> => {
    const successors = instances.filter(({ afterRemoval = [] }) => afterRemoval.includes(id));
    if (successors.length > 0) {
      const preparations = await Promise.all(successors.map(({ address }) => prepared(address)));
      return preparations.every((end) => end.state === 'aborted') ? 'what takes its place was given up' : undefined;
    }
    state.wait(id, ['the updates of the others']);
    // Nobody waits for a leaving instance, so it may also wait for one that is parked and points to it.
    const isPointing = (each: RootInstance): boolean => afterUpdate.includes(each.id);
    await condition(() => instances.every((each) => ends.has(each.id) || (!isPointing(each) && needs.isStuck(each))));
    state.wait(id, []);
    const left = instances.find((each) => isPointing(each) && ends.get(each.id)?.state !== 'running');
    if (left !== undefined) return phrase('{id} was not updated and may still point to it', { id: left.id });
    const others = instances.filter((each) => each.change === 'added' && componentOf(each.id) === componentOf(id));
    const lacking = others.find((each) => ends.get(each.id)?.state !== 'running');
    return lacking === undefined ? undefined : phrase('{id} does not run', { id: lacking.id });
  };

  const note = async ({ id }: RootInstance, work: Promise<InstanceEnd>): Promise<void> => {
    const end = await work;
    ends.set(id, end);
    onEnd?.(id, end);
  };

  await allOver(
    all.map((instance) => {
      const elsewhere = endElsewhere?.(instance.id);
      if (elsewhere !== undefined) return note(instance, elsewhere);
      if (instance.change === 'removed') return note(instance, remove(instance));
      // Thousands may wait here, and each `await` that waits costs a kilobyte.
      return prepared(instance.address).then((node) => note(instance, update(instance, node)));
    }),
  );
  return ends;
}

const startRemoval = (origin: Origin, { id, address }: RootInstance, ownsPlace: boolean): Promise<TargetEnd> =>
  executeChild(removeInstance, {
    workflowId: instanceWorkflowId(origin.cluster, origin.run, id),
    args: [{ ...origin, target: id, address, ownsPlace }],
    staticSummary: inOwnLanguage(phrase('Remove {id} from {address}', { id, address })),
    typedSearchAttributes: attributesOf(origin),
  });

const startChild = (origin: Origin, { id, address, change }: RootInstance, ownsPlace: boolean): Promise<TargetEnd> =>
  executeChild(updateInstance, {
    workflowId: instanceWorkflowId(origin.cluster, origin.run, id),
    args: [{ ...origin, target: id, address, ownsPlace }],
    staticSummary: inOwnLanguage(
      phrase(change === 'added' ? 'Start {id} on {address}' : 'Update {id} on {address}', { id, address }),
    ),
    typedSearchAttributes: attributesOf(origin),
  });

const attributesOf = ({ cluster }: Origin) => [
  { key: clusterIdKey, value: cluster },
  { key: phaseKey, value: 'working' },
];

/** A child: stops, installs and starts one instance. */
export async function updateInstance(input: TargetInput): Promise<TargetEnd> {
  return runSteps(input);
}

/** A child: takes one instance off its node, and gives the node back where nothing else is left on it. */
export async function removeInstance(input: TargetInput): Promise<TargetEnd> {
  return runSteps(input);
}
