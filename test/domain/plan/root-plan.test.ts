import { expect, it } from 'vitest';
import { packPlan, type RootInstance, type RootPlan, unpackPlan } from '../../../domain/plan/root-plan.ts';

const LIMITS = { patience: 1, selfRetry: 1, selfRetryMax: 1, startDeadline: 1, maxInFlight: 50 };
/** Bytes that Temporal carries as one answer. */
const MOST = 2 * 1024 * 1024;

const instance = (each: Partial<RootInstance>): RootInstance => ({
  id: 'dea/0',
  address: '10.0.0.1',
  change: 'changed',
  needs: [{ component: 'nats', mode: 'any', hard: false }],
  after: [],
  ...each,
});

const planOf = (instances: readonly RootInstance[]): RootPlan => ({
  run: 7,
  nodes: instances.map(({ address }) => ({ address })),
  instances,
  limits: LIMITS,
});

it('says once what many wait for, and each gets its own back', () => {
  const plan = planOf([
    instance({ id: 'nats/0', needs: [] }),
    instance({ id: 'dea/1' }),
    instance({ id: 'dea/2', isPresumedRunning: true, afterRemoval: ['nats/1'] }),
    instance({ id: 'dea/3', after: ['dea/1'] }),
    instance({ id: 'dea/4' }),
    instance({ id: 'nats/1', change: 'removed', needs: [], afterUpdate: ['dea/1', 'dea/4'] }),
  ]);
  const packed = packPlan(plan);
  expect(packed.waits).toHaveLength(5);
  expect(packed.instances[4]).toEqual({ id: 'dea/4', address: '10.0.0.1', change: 'changed', waits: 1 });
  expect(unpackPlan(JSON.parse(JSON.stringify(packed)))).toEqual(plan);
  expect(unpackPlan(plan)).toEqual(plan);
});

it('leaves a change of 5,000 nodes with 50 removals small enough for Temporal', () => {
  const changed = Array.from({ length: 5000 }, (_, index) =>
    instance({ id: `cloud_controller_ng/${index}`, address: `10.100.${100 + (index >> 8)}.${index & 255}` }),
  );
  const afterUpdate = changed.map(({ id }) => id);
  const removed = Array.from({ length: 50 }, (_, index) =>
    instance({ id: `dea/${index}`, address: '10.100.200.1', change: 'removed', needs: [], afterUpdate }),
  );
  const plan = planOf([...changed, ...removed]);
  expect(JSON.stringify(plan).length).toBeGreaterThan(MOST);
  expect(JSON.stringify(packPlan(plan)).length).toBeLessThan(MOST / 2);
});
