import type { PlannedInstance, PlannedNode } from '../../domain/plan/plan.ts';
import { handleSignal, hasTexts } from '../handle-signal.ts';
import { type Looked, lookedSignal } from '../messages.ts';
import { isPatched } from '../patches.ts';

/** Nodes that the survey could not read, and what was found there since. */
export interface UnreadNodes {
  /** Notes what was found on a node. */
  look(looked: Looked): void;
  /** It does not answer or refuses the login, for an unknown time. */
  includes(address: string): boolean;
  /** What will happen to an instance, as far as is known now. */
  changeOf(instance: Pick<PlannedInstance, 'id' | 'address' | 'change'>): PlannedInstance['change'];
}

/** `onLook`: is told of what a child of the run has found. */
export function trackUnread(
  run: number,
  nodes: readonly Pick<PlannedNode, 'address' | 'isUnread'>[],
  onLook?: (looked: Looked) => void,
): UnreadNodes {
  const planned = new Set(nodes.filter(({ isUnread }) => isUnread === true).map(({ address }) => address));
  const unread = new Set(planned);
  const found = new Map<string, Looked['changes']>();
  const look = ({ address, changes }: Looked): void => {
    unread.delete(address);
    found.set(address, changes);
  };
  handleSignal(
    lookedSignal,
    isLooked,
    (looked) => {
      // What a Reset repeats of an earlier execution, whose plan was another one.
      if (!planned.has(looked.address) && isPatched('only who is at work parks')) return;
      look(looked);
      onLook?.(looked);
    },
    { run: () => run, description: 'A node that could not be read in the survey was looked at.' },
  );
  return {
    look,
    includes: (address) => unread.has(address),
    changeOf: ({ id, address, change }) => {
      const changes = found.get(address);
      if (changes === undefined) return change;
      return changes.find((each) => each.id === id)?.change ?? 'untouched';
    },
  };
}

export const isLooked = (input: unknown): boolean =>
  hasTexts('address')(input) && Array.isArray((input as Looked).changes) && (input as Looked).changes.every(isChange);

const isChange = hasTexts('id', 'change');
