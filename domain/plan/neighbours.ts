import { COMPONENT_TRAITS, type ComponentName } from '../components.ts';
import { placeOf } from '../instance.ts';
import { phrase, type Text } from '../text/text.ts';
import type { ApartJob, PortSetting } from '../versions/version.ts';
import { isInstalling } from './leaving.ts';
import type { PlannedInstance } from './plan.ts';
import { sharedPort } from './shared-port.ts';

interface Rivalries {
  readonly ports: readonly PortSetting[];
  readonly apart: readonly ApartJob[];
}

interface Before {
  readonly id: string;
  readonly why: Text;
}

/**
 * Has new instances wait for neighbours until these are updated: for those that may listen on a port of theirs, and for those that
 * may have a job that cannot be beside them.
 */
export function afterNeighbours(planned: readonly PlannedInstance[], rivalries: Rivalries): readonly PlannedInstance[] {
  const changing = Map.groupBy(
    planned.filter((each) => each.change === 'changed' && isInstalling(each)),
    ({ address }) => address,
  );
  const before = new Map(
    planned
      .filter(({ change }) => change === 'added')
      .map((newcomer) => [newcomer.id, beforeIt(newcomer, changing.get(newcomer.address) ?? [], rivalries)]),
  );
  return planned.map((each) => {
    const its = before.get(each.id) ?? [];
    const spared = sparedNeeds(each, before);
    if (its.length === 0 && spared === undefined) return each;
    return {
      ...each,
      reasons: [...each.reasons, ...its.map(({ why }) => why)],
      ...(its.length === 0 ? {} : { afterUpdate: its.map(({ id }) => id) }),
      ...(spared === undefined ? {} : { needs: spared }),
    };
  });
}

function beforeIt(newcomer: PlannedInstance, neighbours: readonly PlannedInstance[], { ports, apart }: Rivalries) {
  const { component } = placeOf(newcomer.id);
  return neighbours.flatMap(({ id }): Before[] => {
    const other = placeOf(id).component;
    const job = apart.find((each) => each.components.includes(component) && each.bearers.includes(other))?.job;
    // What it needs softly alone can come later, since the node has room for one of the two only.
    if (job !== undefined && !needs(other, component, (need) => need.hard || need.component !== component))
      return [{ id, why: phrase('after {id}, which may run {job} until then', { id, job }) }];
    const port = sharedPort(other, component, ports);
    return port === undefined || needs(other, component)
      ? []
      : [{ id, why: phrase('after {id}, which may be on port {port}', { id, port }) }];
  });
}

/** Without those for who waits for it; undefined: all of them stay. */
function sparedNeeds(
  { id, needs: all }: PlannedInstance,
  before: ReadonlyMap<string, readonly Before[]>,
): PlannedInstance['needs'] | undefined {
  const waiting = [...before].filter(([, its]) => its.some((each) => each.id === id));
  const components = new Set(waiting.map(([newcomer]) => placeOf(newcomer).component));
  const left = all.filter(({ component }) => !components.has(component));
  return left.length === all.length ? undefined : left;
}

type Need = (typeof COMPONENT_TRAITS)[ComponentName]['needs'][number];

/** Whether one waits for the other, perhaps by way of a third: the two would wait for each other. */
function needs(
  one: ComponentName,
  other: ComponentName,
  counts: (need: Need) => boolean = () => true,
  passed: readonly ComponentName[] = [],
): boolean {
  return COMPONENT_TRAITS[one].needs.some(
    (need) =>
      counts(need) &&
      (need.component === other ||
        (!passed.includes(need.component) && needs(need.component, other, undefined, [...passed, need.component]))),
  );
}
