import { componentOf } from '../instance.ts';
import type { PlannedInstance, PlannedNode } from './plan.ts';

/** Up to so many nodes the root looks after each itself: a first deploy of them uses a tenth of its history. */
const MOST_OF_ROOT = 400;
/** A shard of so many nodes uses a twentieth of its own history, so that there is room for weeks of retries. */
const SHARD_SIZE = 200;

export interface Sharing {
  /** Nodes, default: 400. */
  readonly mostOfRoot?: number;
  /** Nodes of one shard, a few more where the places do not come out even; each shard has a place. Default: 200. */
  readonly size?: number;
  readonly maxInFlight: number;
}

type Node = Pick<PlannedNode, 'address'>;
type Planned = Pick<PlannedInstance, 'id' | 'address' | 'change' | 'after' | 'afterRemoval'>;

/**
 * The shard, from 1, of each node that the root does not look after itself. It keeps every node about which it must know each
 * moment: where something runs already or goes, and where one instance is waited for by others.
 */
export function shareNodes(
  { nodes, instances }: { readonly nodes: readonly Node[]; readonly instances: readonly Planned[] },
  { mostOfRoot = MOST_OF_ROOT, size = SHARD_SIZE, maxInFlight }: Sharing,
): ReadonlyMap<string, number> {
  const firsts = [...Map.groupBy(instances, ({ id }) => componentOf(id)).values()].flatMap(
    ([first]) => first?.id ?? [],
  );
  const awaited = new Set([...firsts, ...instances.flatMap(({ after }) => after)]);
  const isPlain = ({ id, change, afterRemoval = [] }: Planned): boolean =>
    change === 'added' && afterRemoval.length === 0 && !awaited.has(id);
  const kept = new Set(instances.filter((each) => !isPlain(each)).map(({ address }) => address));
  const plain = nodes.filter(({ address }) => !kept.has(address));
  if (nodes.length <= mostOfRoot || plain.length <= size / 2) return new Map();
  // One place is the root's.
  const places = Math.max(1, maxInFlight - 1);
  const shards = Math.min(Math.ceil(plain.length / size), places);
  // Dealt out to the places in turn, so that shards have alike nodes and end at about the same time, also where some have a
  // place more than others.
  return new Map(plain.map(({ address }, index) => [address, ((index % places) % shards) + 1]));
}

/** How many nodes each of these groups may prepare at once, at least one: by their sizes, `maxInFlight` in all. */
export function placesOf(maxInFlight: number, sizes: readonly number[]): number[] {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const places = sizes.map((size) => Math.max(1, Math.floor((maxInFlight * size) / all)));
  let left = maxInFlight - places.reduce((sum, each) => sum + each, 0);
  return places.map((each) => (left-- > 0 ? each + 1 : each));
}
