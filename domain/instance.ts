import { type ComponentName, COMPONENTS } from './components.ts';
import type { Configuration } from './configuration.ts';

/** A component on one address. */
export interface Instance {
  /** `nats/0`: component and number. */
  readonly id: string;
  readonly component: ComponentName;
  readonly address: string;
  /** Belongs to (component, address) for ever and is never reused. */
  readonly number: number;
  /** BOSH's `spec.index`: 0 for the lowest existing number of the component, else the number. */
  readonly index: number;
}

/** (component, address) with the number the store gave it. */
export type Numbering = readonly Pick<Instance, 'component' | 'address' | 'number'>[];

export const instanceId = (component: ComponentName, number: number): string => `${component}/${number}`;

/** What names an instance and its folder on the node. */
export type InstancePlace = Pick<Instance, 'id' | 'component' | 'number'>;

/** `nats/0` -> its parts. */
export const placeOf = (id: string): InstancePlace => ({
  id,
  component: componentOf(id) as ComponentName,
  number: Number(id.slice(id.indexOf('/') + 1)),
});

/** `nats/0` -> `nats`. */
export const componentOf = (id: string): string => id.slice(0, id.indexOf('/'));

/** Log tag and file name of an instance: `nats/0` -> `nats_0`. */
export const instanceTag = (id: string): string => id.replace('/', '_');

/** Gives each (component, address) its known number, else the component's next free one; numbers are never reused. */
export function assignNumbers(wanted: readonly Pick<Instance, 'component' | 'address'>[], known: Numbering): Numbering {
  const given = new Map(known.toReversed().map((each) => [`${each.component} ${each.address}`, each]));
  const next = new Map<ComponentName, number>();
  for (const { component, number } of known) next.set(component, Math.max(next.get(component) ?? 0, number + 1));
  return wanted.map(({ component, address }) => {
    const place = `${component} ${address}`;
    const found = given.get(place);
    if (found !== undefined) return found;
    const number = next.get(component) ?? 0;
    const own = { component, address, number };
    next.set(component, number + 1);
    given.set(place, own);
    return own;
  });
}

/** Turns numbers into instances: exactly one instance of a component has index 0. */
export function instancesOf(numbering: Numbering): Instance[] {
  const lowest = new Map<string, number>();
  for (const { component, number } of numbering)
    lowest.set(component, Math.min(number, lowest.get(component) ?? Number.POSITIVE_INFINITY));
  return numbering.map(({ component, address, number }) => ({
    id: instanceId(component, number),
    component,
    address,
    number,
    index: number === lowest.get(component) ? 0 : number,
  }));
}

/** Every (component, address) of the lists. */
export const placesIn = (components: Configuration['components']): Pick<Instance, 'component' | 'address'>[] =>
  COMPONENTS.flatMap((component) => components[component].map((address) => ({ component, address })));

/** Those of the lists, with the numbers they are known by, else the next free ones. */
export const instancesKnownBy = (known: Numbering, components: Configuration['components']): Instance[] =>
  instancesOf(assignNumbers(placesIn(components), known));

/** Numbers by place in the lists, where no store has given any. */
export const instancesByPosition = (components: Configuration['components']): Instance[] =>
  instancesKnownBy([], components);
