import type { Limits, PlannedInstance, PlannedNode, PlannedSweep, Refusal } from './plan.ts';

/** The root's part of a plan: ids, addresses and needs. */
export interface RootPlan {
  /** The number it continues under if nodes have seen a higher one; undefined in a run of an older engine. */
  readonly run?: number;
  readonly nodes: readonly RootNode[];
  readonly instances: readonly RootInstance[];
  /** Default: none. */
  readonly sweeps?: readonly PlannedSweep[];
  readonly limits: Limits;
  /** The problem with which a request that still waits is refused. Default: none. */
  readonly refusal?: Refusal;
}

export interface RootNode extends Pick<PlannedNode, 'address' | 'isUnread'> {
  /** Number, from 1, of the shard that looks after it. Default: the root does. */
  readonly shard?: number;
}

/** What an instance with work waits for. */
type Waits = Pick<PlannedInstance, 'needs' | 'after' | 'afterRemoval' | 'afterUpdate'>;

/** What the root knows of an instance with work. */
export interface RootInstance extends Pick<PlannedInstance, 'id' | 'address' | 'change' | 'isPresumedRunning'>, Waits {}

/** A plan as Temporal carries it. */
export interface CarriedPlan extends Omit<RootPlan, 'instances'> {
  /** Each with what it waits for, or with its place, from 0, in `waits`. */
  readonly instances: readonly (RootInstance | PackedInstance)[];
  /** Default: none. */
  readonly waits?: readonly Waits[];
}

interface PackedInstance extends Omit<RootInstance, keyof Waits> {
  readonly waits: number;
}

/**
 * Says once what many wait for. Of thousands of instances most wait for the same, and each that goes may wait for the updates of
 * all others: said each time, a plan of 5,000 nodes and 20 removals is more than Temporal carries (2 MB).
 */
export function packPlan({ instances, ...plan }: RootPlan): CarriedPlan {
  const waits: Waits[] = [];
  const places = new Map<string, number>();
  const packed = instances.map(({ id, address, change, isPresumedRunning, ...own }): PackedInstance => {
    const key = JSON.stringify(own);
    const place = places.get(key) ?? waits.push(own) - 1;
    places.set(key, place);
    return { id, address, change, ...(isPresumedRunning === undefined ? {} : { isPresumedRunning }), waits: place };
  });
  return { ...plan, instances: packed, waits };
}

export const unpackPlan = ({ instances, waits: all = [], ...plan }: CarriedPlan): RootPlan => ({
  ...plan,
  instances: instances.map((each) => {
    if (!('waits' in each)) return each;
    const { waits, ...instance } = each;
    return { needs: [], after: [], ...all[waits], ...instance };
  }),
});
