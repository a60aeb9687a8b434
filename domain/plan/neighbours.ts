import { COMPONENT_TRAITS, type ComponentName, type ComponentNeed } from '../components.ts';
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

interface Wait {
  readonly newcomer: string;
  /** Of the neighbour that it waits for. */
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
  const waits = planned.flatMap((newcomer) =>
    newcomer.change === 'added' ? beforeIt(newcomer, changing.get(newcomer.address) ?? [], rivalries) : [],
  );
  const byNewcomer = Map.groupBy(waits, ({ newcomer }) => newcomer);
  const byNeighbour = Map.groupBy(waits, ({ id }) => id);
  return planned.map((each) => {
    const its = byNewcomer.get(each.id) ?? [];
    // The two would wait for each other.
    const waiting = (byNeighbour.get(each.id) ?? []).map(({ newcomer }) => placeOf(newcomer).component);
    if (its.length === 0 && waiting.length === 0) return each;
    return {
      ...each,
      reasons: [...each.reasons, ...its.map(({ why }) => why)],
      needs: each.needs.filter(({ component }) => !waiting.includes(component)),
      ...(its.length === 0 ? {} : { afterUpdate: its.map(({ id }) => id) }),
    };
  });
}

function beforeIt(newcomer: PlannedInstance, neighbours: readonly PlannedInstance[], { ports, apart }: Rivalries) {
  const { component } = placeOf(newcomer.id);
  const wait = (id: string, why: Text): Wait[] => [{ newcomer: newcomer.id, id, why }];
  return neighbours.flatMap(({ id }): Wait[] => {
    const other = placeOf(id).component;
    const job = apart.find((each) => each.components.includes(component) && each.bearers.includes(other))?.job;
    // What it needs softly alone can come later, since the node has room for one of the two only.
    if (job !== undefined && !needs(other, component, (need) => need.hard || need.component !== component))
      return wait(id, phrase('after {id}, which may run {job} until then', { id, job }));
    const port = sharedPort(other, component, ports);
    return port === undefined || needs(other, component)
      ? []
      : wait(id, phrase('after {id}, which may be on port {port}', { id, port }));
  });
}

/** Whether one waits for the other, perhaps by way of a third: the two would wait for each other. */
function needs(
  one: ComponentName,
  other: ComponentName,
  counts: (need: ComponentNeed) => boolean = () => true,
  passed: readonly ComponentName[] = [],
): boolean {
  return COMPONENT_TRAITS[one].needs.some(
    (need) =>
      counts(need) &&
      (need.component === other ||
        (!passed.includes(need.component) && needs(need.component, other, undefined, [...passed, need.component]))),
  );
}
