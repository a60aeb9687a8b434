import { describe, expect, it } from 'vitest';
import type { PlannedInstance } from '../../../domain/plan/plan.ts';
import { placesOf, shareNodes } from '../../../domain/plan/share-nodes.ts';

type Some = Pick<PlannedInstance, 'id' | 'address' | 'change' | 'after' | 'afterRemoval'>;

const cluster = (size: number, odd: Readonly<Record<number, Partial<Some>>> = {}) => {
  const addresses = Array.from({ length: size }, (_, index) => `10.0.0.${index}`);
  return {
    nodes: addresses.map((address) => ({ address })),
    instances: addresses.map((address, index): Some => ({
      id: `dea/${index}`,
      address,
      change: 'added',
      after: [],
      ...odd[index],
    })),
  };
};

describe('shareNodes', () => {
  it('leaves a small cluster to the root', () => {
    expect(shareNodes(cluster(400), { maxInFlight: 50 }).size).toBe(0);
    expect(shareNodes(cluster(401), { maxInFlight: 50 }).size).toBe(400);
  });

  it('leaves a large one to the root where hardly anything is new', () => {
    const changed = Object.fromEntries(
      Array.from({ length: 350 }, (_, index) => [index, { change: 'changed' as const }]),
    );
    expect(shareNodes(cluster(450, changed), { maxInFlight: 50 }).size).toBe(0);
    expect(shareNodes(cluster(451, changed), { maxInFlight: 50 }).size).toBe(101);
  });

  it('deals nodes out in turn, to no more shards than may work at once', () => {
    expect(new Set(shareNodes(cluster(1001), { maxInFlight: 50 }).values())).toEqual(new Set([1, 2, 3, 4, 5]));
    expect(new Set(shareNodes(cluster(1001), { maxInFlight: 4 }).values())).toEqual(new Set([1, 2, 3]));
    const shares = shareNodes(cluster(5), { maxInFlight: 50, mostOfRoot: 2, size: 2 });
    expect([...shares]).toEqual([
      ['10.0.0.1', 1],
      ['10.0.0.2', 2],
      ['10.0.0.3', 1],
      ['10.0.0.4', 2],
    ]);
  });

  it.each([
    [450, 50],
    [1000, 50],
    [2500, 50],
    [5000, 50],
    [5000, 8],
  ])('gives shards of %i nodes as many for each of %i places', (size, maxInFlight) => {
    const shares = shareNodes(cluster(size), { maxInFlight });
    const sizes = [...Map.groupBy(shares.values(), (shard) => shard).values()].map(({ length }) => length);
    const [own = 0, ...places] = placesOf(maxInFlight, [size - shares.size, ...sizes]);
    expect(places.reduce((sum, each) => sum + each, own)).toBe(maxInFlight);
    const eachHas = sizes.map((nodes, shard) => nodes / (places[shard] ?? 0));
    expect(Math.max(...eachHas) / Math.min(...eachHas)).toBeLessThan(1.1);
  });

  it('keeps with the root what it must know each moment of', () => {
    const { nodes, instances } = cluster(8, {
      2: { change: 'changed' },
      3: { change: 'removed' },
      4: { afterRemoval: ['dea/3'] },
      5: { after: ['dea/6'] },
    });
    const shares = shareNodes({ nodes, instances }, { maxInFlight: 50, mostOfRoot: 0, size: 1 });
    expect([...shares.keys()]).toEqual(['10.0.0.1', '10.0.0.5', '10.0.0.7']);
  });
});

describe('placesOf', () => {
  it.each([
    [50, [200, 200, 200, 200, 200], [10, 10, 10, 10, 10]],
    [50, [14, 329, 329, 329], [2, 16, 16, 16]],
    [3, [1, 1000, 1000], [1, 1, 1]],
    [1, [5, 5], [1, 1]],
  ])('gives %i places to groups of %j by their sizes', (maxInFlight, sizes, places) => {
    expect(placesOf(maxInFlight, sizes)).toEqual(places);
  });
});
