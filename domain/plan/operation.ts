import { COMPONENTS, COMPONENT_TRAITS, type ComponentName, type ComponentNeed } from '../components.ts';
import type { Instance } from '../instance.ts';
import { countOf } from '../text/counts.ts';
import { phrase, type Text } from '../text/text.ts';
import type { Limits, Operation, Plan, PlannedInstance } from './plan.ts';

/** What an operator asks of instances that are installed. */
export type InstanceOperation = Exclude<Operation, 'deploy'>;

export const isInstanceOperation = (word: unknown): word is InstanceOperation => word === 'restart' || word === 'stop';

/** What people read of an operation. */
export const OPERATION_WORDS = {
  restart: { label: 'Restart', past: 'restarted' },
  stop: { label: 'Stop', past: 'stopped' },
} as const satisfies Record<InstanceOperation, object>;

/** The title of what happens to one instance. */
export const operationOn = (operation: InstanceOperation, id: string, address: string): Text =>
  phrase(`${OPERATION_WORDS[operation].label} {id} on {address}`, { id, address });

/** One by one while that fits into a title. */
export const namesOf = (ids: readonly string[]): Text =>
  ids.length > 5 ? countOf(ids.length, 'instance') : phrase('{names}', { names: ids });

interface Operated {
  readonly operation: InstanceOperation;
  readonly instances: readonly Pick<Instance, 'id' | 'component' | 'address'>[];
}

/** Restarts follow the order of a start, stops the reverse: whoever needs something stops before it does. */
export function planOperation({ operation, instances }: Operated): PlannedInstance[] {
  const present = new Set(instances.map(({ component }) => component));
  return instances.map(({ id, component, address }) => ({
    id,
    address,
    change: 'changed',
    reasons: [phrase('{operation} asked for by an operator', { operation })],
    steps: [operation],
    needs: edgesOf(operation, component).filter((edge) => present.has(edge.component)),
    after: [],
  }));
}

const edgesOf = (operation: InstanceOperation, component: ComponentName): readonly ComponentNeed[] =>
  operation === 'restart' ? COMPONENT_TRAITS[component].needs : dependantsOf(component);

const dependantsOf = (component: ComponentName): ComponentNeed[] =>
  COMPONENTS.filter((other) => COMPONENT_TRAITS[other].needs.some((need) => need.component === component)).map(
    // One that does not stop keeps nobody from stopping.
    (other) => ({ component: other, mode: 'all', hard: false }),
  );

/** The plan of a run that only operates. */
export const operationPlan = (
  { run, revision, release }: Pick<Plan, 'run' | 'revision' | 'release'>,
  instances: readonly PlannedInstance[],
  limits: Limits,
): Plan => ({ run, revision, release, nodes: [], instances, builds: {}, limits });
