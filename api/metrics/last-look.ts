import type { InstanceStatus } from '../../domain/instance-status.ts';
import type { Store } from '../../store/store.ts';
import { clusterInstances } from '../views/cluster-instances.ts';

/** What the last look saw of the instances that there are: the rows of removed ones stay in the store. */
export async function lastLook(
  store: Parameters<typeof clusterInstances>[0] & Pick<Store, 'statuses'>,
): Promise<readonly InstanceStatus[]> {
  const rows = await store.statuses.all();
  // Before a configuration is posted, which says what there is.
  if (rows.length === 0) return [];
  const { instances } = await clusterInstances(store);
  const ids = new Set(instances.map(({ id }) => id));
  return rows.filter(({ id }) => ids.has(id));
}
