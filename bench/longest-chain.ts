import { componentOf } from '../domain/instance.ts';

/** An instance that a run has worked on. */
export interface Worked {
  readonly id: string;
  readonly address?: string;
  readonly needs?: readonly { readonly component: string; readonly mode: 'any' | 'first' | 'all' }[];
  readonly startedAt: number;
}

/**
 * The longest sum of times along instances that must wait for each other: because of needs, because a node takes one at a time,
 * or because a component rolls one at a time. In the order of the run.
 */
export function longestChain(
  instances: readonly Worked[],
  { timeOf, rolls }: { readonly timeOf: (id: string) => number; readonly rolls: boolean },
): number {
  const over = new Map<string, number>();
  const places = new Map<string, number>();
  const endOf = ({ component, mode }: NonNullable<Worked['needs']>[number]): number => {
    const ends = [...over].filter(([id]) => componentOf(id) === component).map(([, end]) => end);
    if (ends.length === 0) return 0;
    return mode === 'all' ? Math.max(...ends) : Math.min(...ends);
  };
  for (const { id, address = '', needs = [] } of instances.toSorted((a, b) => a.startedAt - b.startedAt)) {
    const queues = rolls ? [address, componentOf(id)] : [address];
    const begin = Math.max(...queues.map((queue) => places.get(queue) ?? 0), ...needs.map(endOf));
    const end = begin + timeOf(id);
    over.set(id, end);
    for (const queue of queues) places.set(queue, end);
  }
  return Math.max(0, ...over.values());
}
