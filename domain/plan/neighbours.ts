import { COMPONENT_TRAITS, type ComponentName } from '../components.ts';
import { placeOf } from '../instance.ts';
import { phrase } from '../text/text.ts';
import type { PortSetting } from '../versions/version.ts';
import { isInstalling } from './leaving.ts';
import type { PlannedInstance } from './plan.ts';
import { sharedPort } from './shared-port.ts';

/** Has new instances wait for neighbours that may listen on a port of theirs until they are updated. */
export function afterNeighbours(
  planned: readonly PlannedInstance[],
  ports: readonly PortSetting[],
): readonly PlannedInstance[] {
  const changing = Map.groupBy(
    planned.filter((each) => each.change === 'changed' && isInstalling(each)),
    ({ address }) => address,
  );
  return planned.map((newcomer) => {
    const { id, address, change } = newcomer;
    const { component } = placeOf(id);
    const before = (change === 'added' ? (changing.get(address) ?? []) : []).flatMap((neighbour) => {
      const other = placeOf(neighbour.id).component;
      const port = sharedPort(other, component, ports);
      return port === undefined || mayNeed(other, component) ? [] : [{ id: neighbour.id, port }];
    });
    if (before.length === 0) return newcomer;
    return {
      ...newcomer,
      reasons: [...newcomer.reasons, ...before.map((each) => phrase('after {id}, which may be on port {port}', each))],
      afterUpdate: before.map((each) => each.id),
    };
  });
}

/** Whether one waits for the other, perhaps by way of a third: the two would wait for each other. */
function mayNeed(one: ComponentName, other: ComponentName, passed: readonly ComponentName[] = []): boolean {
  return COMPONENT_TRAITS[one].needs.some(
    ({ component }) =>
      component === other || (!passed.includes(component) && mayNeed(component, other, [...passed, component])),
  );
}
