import { beforeEach, expect, it, vi } from 'vitest';
import { EVENTS_FOR_ALL } from '../../../domain/run/execution-limits.ts';
import type { ClusterState } from '../../../workflows/deploy/cluster-state.ts';
import { sweepNodes } from '../../../workflows/deploy/sweep-nodes.ts';

const temporal = vi.hoisted(() => ({ historyLength: 0, swept: [] as string[] }));

vi.mock('@temporalio/workflow', async (original) => ({
  ...(await original<object>()),
  patched: () => true,
  workflowInfo: () => ({ historyLength: temporal.historyLength }),
  proxyActivities: () => ({
    sweep: {
      executeWithOptions: async ({ activityId }: { activityId: string }) => {
        temporal.swept.push(activityId);
        temporal.historyLength += 10;
        return { state: 'changed' };
      },
    },
  }),
}));

beforeEach(() => {
  temporal.swept = [];
});

it('leaves sweeps to the next deploy where the rest of the history is kept for decisions', async () => {
  temporal.historyLength = EVENTS_FOR_ALL - 15;
  const sweeps = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((address) => ({ address, what: '1 package' }));
  // One after the other.
  let last: Promise<unknown> = Promise.resolve();
  const state = { work: (_target: unknown, _place: unknown, run: () => Promise<unknown>) => (last = last.then(run)) };
  const origin = { cluster: 'cf', run: 1, temporalRunId: 'a' };
  await sweepNodes({ origin, state: state as unknown as ClusterState, sweeps, maxInFlight: 50 });
  expect(temporal.swept).toEqual(['sweep 10.0.0.1', 'sweep 10.0.0.2']);
});
