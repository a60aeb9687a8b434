import type { InstanceStatus } from '../../domain/instance-status.ts';
import type { Store } from '../../store/store.ts';
import { clusterInstances } from '../views/cluster-instances.ts';

/** A round of looks takes seconds. What is older says nothing about now. */
const OLD_AFTER_SECONDS = 60;

export interface LastLook {
  /** Undefined when the newest row is older than a minute: nobody looks. */
  readonly rows: readonly InstanceStatus[] | undefined;
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
  const ids = new Set(instances.map(({ id }) => id));
  const rows = all.filter(({ id }) => ids.has(id));
  if (rows.length === 0) return { rows, ageSeconds: undefined };
  const newest = rows.reduce((latest, { seenAt }) => Math.max(latest, seenAt), 0);
  const ageSeconds = Math.max(0, (now - newest) / 1000);
  return { rows: ageSeconds > OLD_AFTER_SECONDS ? undefined : rows, ageSeconds };
}
