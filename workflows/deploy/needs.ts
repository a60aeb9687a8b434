import { condition } from '@temporalio/workflow';
import type { ComponentNeed } from '../../domain/components.ts';
import { componentOf } from '../../domain/instance.ts';
import type { RootInstance } from '../../domain/plan/root-plan.ts';
import type { Text } from '../../domain/text/text.ts';
import { isPatched } from '../patches.ts';
import type { Slots } from '../workflow-slots.ts';
import type { ClusterState } from './cluster-state.ts';
import type { UnreadNodes } from './unread-nodes.ts';

interface Cluster {
  readonly state: ClusterState;
  readonly unread: UnreadNodes;
  /** Those that are to be removed too. */
  readonly all: readonly RootInstance[];
  readonly ends: ReadonlyMap<string, InstanceEnd>;
}

/** What an instance waits for: what must run first, and its turn in its component's roll. */
export function createNeeds({ state, unread, all, ends }: Cluster) {
  const instances = all.filter(({ change }) => change !== 'removed');
  const leaving = all.filter(({ change }) => change === 'removed');
  const byId = new Map(instances.map((instance) => [instance.id, instance]));
  const byComponent = Map.groupBy(instances, ({ id }) => componentOf(id));
  /** Whether what is waited for happens without an operator. */
  const stuckReasons = new Map<string, () => boolean>();
  const turns = new Map<string, string>();
  const looksBeyond = instances.length > 0 && isPatched('soft needs pass over what is stuck');
  const looksAtRemovals =
    instances.some(({ afterRemoval = [] }) => afterRemoval.length > 0) &&
    isPatched('soft needs pass over who waits for a removal');

  const isRunning = ({ id, address, isPresumedRunning = false }: RootInstance): boolean =>
    ends.get(id)?.state === 'running' || (isPresumedRunning && unread.includes(address));
  const isOver = ({ id }: RootInstance): boolean => ends.has(id);

  /** It cannot go on until an operator decides or a node answers. */
  const isStuck = (instance: RootInstance): boolean => {
    const { id, address } = instance;
    if (state.isParked(id)) return true;
    if (!looksBeyond || isOver(instance)) return false;
    if (state.isSilent(id) || state.isSilent(address)) return true;
    return state.isParked(address) || unread.includes(address) || (stuckReasons.get(id)?.() ?? false);
  };
  const isIdStuck = (id: string | undefined): boolean => {
    const instance = id === undefined ? undefined : byId.get(id);
    return instance !== undefined && isStuck(instance);
  };

  // An instance without work already runs, so a component without candidates is met.
  const isMet = ({ mode }: ComponentNeed, candidates: readonly RootInstance[]): boolean => {
    const concerned = mode === 'first' ? candidates.slice(0, 1) : candidates;
    if (concerned.length === 0) return true;
    return mode === 'any' ? concerned.some(isRunning) : concerned.every(isRunning);
  };
  const isSettled = (need: ComponentNeed, candidates: readonly RootInstance[]): boolean =>
    isMet(need, candidates) || candidates.every((each) => isOver(each) || (!need.hard && isStuck(each)));

  // A need that has just been met is no longer stuck, although its waiter has not gone on yet.
  const isNeedStuck = (need: ComponentNeed, candidates: readonly RootInstance[]): boolean =>
    need.hard &&
    !isMet(need, candidates) &&
    (need.mode === 'any' ? candidates.every((each) => isOver(each) || isStuck(each)) : candidates.some(isStuck));

  const waiting = async (
    id: string,
    what: readonly string[],
    { until, isStuck: isWaitStuck }: { until(): boolean; isStuck(): boolean },
  ): Promise<void> => {
    state.wait(id, what);
    stuckReasons.set(id, isWaitStuck);
    await condition(until);
    stuckReasons.delete(id);
  };

  const isRemovalStuck = (id: string): boolean => looksAtRemovals && (state.isParked(id) || state.isSilent(id));

  return {
    isStuck,

    /** A wait for what this instance needs would end in the same way at any later time. */
    isSettledForGood: ({ id, needs, after }: RootInstance): boolean =>
      after.every((each) => ends.has(each)) &&
      needs.every((need) => {
        const candidates = (byComponent.get(need.component) ?? []).filter((other) => other.id !== id);
        return isMet(need, candidates) || candidates.every(isOver);
      }),

    /** It waits as another one does, of which it is stuck as long as that is. */
    waitLike(id: string, other: string): void {
      state.waitLike(id, other);
      stuckReasons.set(id, () => stuckReasons.get(other)?.() ?? false);
    },
    waitNoLonger(id: string): void {
      state.wait(id, []);
      stuckReasons.delete(id);
    },

    /** Waits until instances it cannot coexist with are gone; returns one that is still there. */
    async untilGone({ id, address, afterRemoval = [] }: RootInstance): Promise<string | undefined> {
      const before = afterRemoval.filter((each) => leaving.some((other) => other.id === each));
      if (before.length === 0) return undefined;
      await waiting(id, before, {
        until: () => before.every((each) => ends.has(each)),
        isStuck: () => before.some(isRemovalStuck),
      });
      state.wait(id, []);
      const isHere = (each: string): boolean => leaving.some((other) => other.id === each && other.address === address);
      return before.find((each) => {
        const end = ends.get(each)?.state;
        // On another node it is out of the way: that node is gone, or an operator has decided so.
        if (end === 'left behind') return isHere(each) && isPatched('what is left behind is in the way');
        return end !== 'removed';
      });
    },

    /** Waits until neighbours that are to give up its port are updated, or cannot go on. */
    async untilClear({ id, afterUpdate = [] }: RootInstance): Promise<void> {
      const before = afterUpdate.flatMap((each) => byId.get(each) ?? []);
      await waiting(id, afterUpdate, {
        until: () => before.every((each) => isOver(each) || isStuck(each)),
        isStuck: () => false,
      });
      state.wait(id, []);
    },

    /** Waits until everything it needs runs; returns what never will. */
    async wait({ id, needs, after }: RootInstance): Promise<string | undefined> {
      for (const first of after.flatMap((each) => byId.get(each) ?? [])) {
        await waiting(id, [first.id], {
          until: () => isOver(first) || isRunning(first),
          isStuck: () => isStuck(first),
        });
        if (!isRunning(first)) return first.id;
      }
      for (const need of needs) {
        const candidates = (byComponent.get(need.component) ?? []).filter((other) => other.id !== id);
        await waiting(id, [need.component], {
          until: () => isSettled(need, candidates),
          isStuck: () => isNeedStuck(need, candidates),
        });
        if (need.hard && !isMet(need, candidates)) return need.component;
      }
      state.wait(id, []);
      return undefined;
    },

    /** Waits for its turn: running instances of a component change one at a time. */
    async inRoll({ id }: RootInstance, roll: Slots): Promise<void> {
      const component = componentOf(id);
      stuckReasons.set(id, () => isIdStuck(turns.get(component)));
      await roll.acquire();
      stuckReasons.delete(id);
      turns.set(component, id);
    },
  };
}

export type Needs = ReturnType<typeof createNeeds>;

/** How an instance ended: it runs, or why not. `left behind`: it should be removed but is still on its node. */
export type InstanceEnd = {
  readonly state: 'running' | 'not running' | 'removed' | 'left behind';
  readonly reason?: Text;
};
