import { INSTALLED_ONLY, type InstanceStatus } from '../../domain/instance-status.ts';
import type { Store } from '../../store/store.ts';
import { type ClusterInstance, clusterInstances } from '../views/cluster-instances.ts';

/** A round of looks takes seconds. What is older says nothing about now. */
const OLD_AFTER_SECONDS = 60;

/** Nobody has to do anything about one that an operator stopped, or that a deploy has yet to start. */
export const STATES = ['running', 'down', 'stopped', 'not_started'] as const;

export interface SeenInstance {
  readonly address: string;
  readonly isInstalled: boolean;
  readonly state: (typeof STATES)[number];
  /** Its node has answered. */
  readonly isReached: boolean;
}

export interface LastLook {
  /** Undefined when the newest row is older than a minute: nobody looks. */
  readonly rows: readonly SeenInstance[] | undefined;
  /** Of the newest row; undefined before the first look. */
  readonly ageSeconds: number | undefined;
}

/** What the last look saw of the instances that there are: the rows of removed ones stay in the store. */
export async function lastLook(
  store: Parameters<typeof clusterInstances>[0] & Pick<Store, 'statuses'>,
  now: number,
): Promise<LastLook> {
  const all = await store.statuses.all();
  // Before a configuration is posted, which says what there is.
  if (all.length === 0) return { rows: [], ageSeconds: undefined };
  const { instances } = await clusterInstances(store);
  const seen = new Map(all.map((status) => [status.id, status]));
  const known = instances.flatMap((instance) => {
    const status = seen.get(instance.id);
    return status === undefined ? [] : [{ instance, status }];
  });
  if (known.length === 0) return { rows: [], ageSeconds: undefined };
  const newest = known.reduce((latest, { status }) => Math.max(latest, status.seenAt), 0);
  const ageSeconds = Math.max(0, (now - newest) / 1000);
  if (ageSeconds > OLD_AFTER_SECONDS) return { rows: undefined, ageSeconds };
  const rows = known.map(({ instance, status }) => ({
    address: status.address,
    isInstalled: instance.isInstalled,
    state: stateOf(instance, status),
    isReached: status.cpu !== undefined,
  }));
  return { rows, ageSeconds };
}

function stateOf(
  { isInstalled, stoppedAt }: ClusterInstance,
  { isRunning, detail }: InstanceStatus,
): SeenInstance['state'] {
  if (isRunning) return 'running';
  if (!isInstalled || detail === INSTALLED_ONLY) return 'not_started';
  return stoppedAt === undefined ? 'down' : 'stopped';
}
