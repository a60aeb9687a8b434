import { COMPONENT_TRAITS, type ComponentName } from './components.ts';
import type { NodeFacts } from './node-facts.ts';

/** A machine sold with 4 GiB shows a little less: so much below the table is still enough. */
const TOLERANCE = 0.9;

/**
 * What a node lacks of the document's table, in a sentence each: memory summed over the components that share it,
 * processors of the most demanding one. A shortage is a warning; only the disk may keep a node from being prepared.
 */
export function hardwareShortages(
  { processors, memoryKiB }: Pick<NodeFacts, 'processors' | 'memoryKiB'>,
  components: readonly ComponentName[],
): string[] {
  const minimums = components.map((component) => COMPONENT_TRAITS[component].minimum);
  const cpu = Math.max(0, ...minimums.map((minimum) => minimum.cpu));
  const ramMiB = minimums.reduce((sum, minimum) => sum + minimum.ramMiB, 0);
  const hasMiB = Math.round(memoryKiB / 1024);
  return [
    ...(processors < cpu ? [`has ${processors} processors; ${components.join(', ')} ask for ${cpu}`] : []),
    ...(hasMiB < ramMiB * TOLERANCE ? [`has ${hasMiB} MiB of memory; ${components.join(', ')} ask for ${ramMiB}`] : []),
  ];
}
