import { isEngineError } from '../../domain/errors.ts';
import {
  type CpuReading,
  INSTALLED_ONLY,
  type InstanceStatus,
  STOPPED_BY_OPERATOR,
} from '../../domain/instance-status.ts';
import { type Instance, instanceTag } from '../../domain/instance.ts';
import type { Text } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { complaints, isRunning, isStopped } from '../checks/process-status.ts';
import { lookOnce } from './look-program.ts';
import { cpuPercent, type InstanceFacts, type NodeLook, parseLook } from './node-look.ts';

/** A look takes a second; a node that needs this long hangs, and its row says so. */
export const LOOK_MS = 20_000;

/** What to look at: instances of one node. */
export type Looked = readonly Pick<Instance, 'id' | 'component' | 'address'>[];

type Looking = Pick<ActivityDependencies, 'connections' | 'logins'> & { readonly store: Pick<Store, 'statuses'> };

/** The state of every instance of a node, by one look of its own. */
export async function lookAtInstances(
  { connections, logins, store }: Looking,
  { configuration, instances }: { readonly configuration: Parameters<typeof logins.of>[0]; readonly instances: Looked },
  address: string,
): Promise<InstanceStatus[]> {
  const own = instances.filter((instance) => instance.address === address);
  return seen(own, async () => {
    const session = await connections.node(address, await logins.of(configuration, address), 'watcher');
    const { stdout } = await session.read(lookOnce(own.map(({ id }) => instanceTag(id))), { timeoutMs: LOOK_MS });
    const before = await store.statuses.of(own.map(({ id }) => id));
    return rowsOf(own, parseLook(stdout), before.find((row) => row.address === address)?.cpu);
  });
}

/** The rows of a node that cannot be read say why. */
export async function seen(own: Looked, look: () => Promise<InstanceStatus[]>): Promise<InstanceStatus[]> {
  const seenAt = Date.now();
  try {
    return (await look()).map((row) => ({ ...row, seenAt }));
  } catch (error) {
    // A fault of the store says nothing about the node.
    if (!isEngineError(error) || error.retry === 'always') throw error;
    return own.map((instance) => down(instance, error.retry === 'patience' ? 'unreachable' : error.text, seenAt));
  }
}

/** @param before The reading that the load is measured from. */
export const rowsOf = (own: Looked, look: NodeLook, before: CpuReading | undefined): InstanceStatus[] =>
  own.map((instance) => {
    const facts = look.instances.get(instanceTag(instance.id)) ?? NOTHING;
    return {
      ...down(instance, detailOf(facts)),
      cpu: look.cpu,
      cpuPercent: cpuPercent(look.cpu, before),
      memoryPercent: look.memoryPercent,
      diskPercent: look.diskPercent,
      isRunning: isRunning(facts),
    };
  });

const NOTHING: InstanceFacts = { processes: [], isInstalled: false, wasStarted: false };

function detailOf(facts: InstanceFacts): string {
  if (isRunning(facts)) return '';
  if (isStopped(facts)) return STOPPED_BY_OPERATOR;
  if (facts.processes.length > 0) return complaints(facts);
  if (facts.wasStarted) return 'monit has no entry of it';
  return facts.isInstalled ? INSTALLED_ONLY : 'not installed';
}

export const unreachable = (own: Looked): InstanceStatus[] => own.map((instance) => down(instance, 'unreachable'));

const down = ({ id, component, address }: Looked[number], detail: Text, seenAt = Date.now()): InstanceStatus => ({
  id,
  component,
  address,
  cpuPercent: 0,
  memoryPercent: 0,
  diskPercent: 0,
  isRunning: false,
  detail,
  seenAt,
});
