import type { RootPlan } from '../../domain/plan/root-plan.ts';
import { placesOf } from '../../domain/plan/share-nodes.ts';
import { isPatched } from '../patches.ts';
import type { ShardInput } from './deploy-shard.ts';

interface Shares {
  /** Addresses of the nodes that the root looks after itself, and how many it may prepare at once. */
  readonly own: readonly string[];
  readonly places: number;
  readonly shards: readonly Pick<ShardInput, 'nodes' | 'places'>[];
}

/** Who looks after which nodes, as the plan says. */
export function sharesOf({
  nodes,
  instances,
  limits: { maxInFlight },
}: Pick<RootPlan, 'nodes' | 'instances' | 'limits'>): Shares {
  const isShared = nodes.some(({ shard }) => shard !== undefined) && isPatched('shards look after nodes');
  if (!isShared) return { own: nodes.map(({ address }) => address), places: maxInFlight, shards: [] };
  const own = nodes.filter(({ shard }) => shard === undefined).map(({ address }) => address);
  const ids = Map.groupBy(instances, ({ address }) => address);
  const groups = [
    ...Map.groupBy(
      nodes.filter(({ shard }) => shard !== undefined),
      ({ shard }) => shard,
    ).values(),
  ];
  const [places = 1, ...others] = placesOf(maxInFlight, [own.length, ...groups.map(({ length }) => length)]);
  return {
    own,
    places,
    shards: groups.map((group, index) => ({
      nodes: group.map(({ address, isUnread = false }) => ({
        address,
        instances: (ids.get(address) ?? []).map(({ id }) => id),
        ...(isUnread ? { isUnread } : {}),
      })),
      places: others[index] ?? 1,
    })),
  };
}
