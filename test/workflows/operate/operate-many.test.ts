import { beforeEach, expect, it, vi } from 'vitest';
import { type InstancesOperation, operateInstances } from '../../../workflows/operate/operate-instances.ts';

const children = vi.hoisted(() => ({ now: 0, most: 0 }));

vi.mock('@temporalio/workflow', async (original) => ({
  ...(await original<object>()),
  CancellationScope: { current: () => ({ consideredCancelled: false }) },
  patched: () => true,
  executeChild: async () => {
    children.now += 1;
    children.most = Math.max(children.most, children.now);
    await new Promise((resolve) => setImmediate(resolve));
    children.now -= 1;
    return { state: 'stopped' };
  },
}));

beforeEach(() => Object.assign(children, { now: 0, most: 0 }));

const MANY = 2_500;

it('has fewer children at once than Temporal allows a workflow', async () => {
  const instances = Array.from({ length: MANY }, (_, index) => ({
    id: `dea/${index}`,
    address: `10.${index >> 8}.${index & 255}.1`,
    needs: [],
  }));
  const operation: InstancesOperation = {
    cluster: 'cf',
    run: 1,
    temporalRunId: 'a',
    operation: 'stop',
    ordinal: 1,
    instances,
    onWorking: () => {},
    onUnknown: () => {},
  };
  const ends = await operateInstances(operation);
  expect(ends.size).toBe(MANY);
  expect(children.most).toBe(1_000);
});
