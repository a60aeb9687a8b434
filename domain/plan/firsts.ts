import { type Instance, type InstancePlace, placeOf } from '../instance.ts';
import type { PlannedInstance } from './plan.ts';

/** Whether an installed instance runs what only the first of its component runs. */
export type IsFirst = (instance: InstancePlace) => boolean;

interface Installed {
  readonly leaving: readonly InstancePlace[];
  /** All that are wanted, as they are judged. */
  readonly planned: readonly PlannedInstance[];
  readonly instances: readonly Instance[];
}

/**
 * The first is the lowest number of those that are installed; beside one that is left behind, on a machine that is gone, it is
 * whoever is lower than all that are wanted.
 */
export function firstsOf({ leaving, planned, instances }: Installed): IsFirst {
  const there = [...leaving, ...planned.filter(({ change }) => change !== 'added').map(({ id }) => placeOf(id))];
  const lowest = new Map<string, InstancePlace>();
  for (const each of there) {
    const known = lowest.get(each.component);
    if (known === undefined || each.number < known.number) lowest.set(each.component, each);
  }
  return ({ id, component, number }) =>
    lowest.get(component)?.id === id ||
    instances.every((other) => other.component !== component || other.number > number);
}
