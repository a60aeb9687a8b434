import { expect, it } from 'vitest';
import { beginRun, endRun, startGateway } from '../gateway.ts';
import { gatewayWithRuns } from '../gateway-with-runs.ts';

it('says what a step is at, and when the run should be over', async () => {
  const gateway = await startGateway({ clock: () => 100_000 });
  const { steps, runs, times } = gateway.store;
  await beginRun(gateway, 'temporal-1');
  const run = { revision: 1, release: 'f'.repeat(64), builds: {}, instances: [] };
  const limits = { patience: 1, selfRetry: 1, selfRetryMax: 1, startDeadline: 1, maxInFlight: 1 };
  const planned = [{ name: 'buildRuby', reasons: ['no ruby'] } as const];
  await runs.savePlan({
    run: 1,
    ...run,
    limits,
    nodes: [{ address: '10.0.0.1', profile: 'debian-12', steps: planned }],
  });
  const status = {
    run: 1,
    revision: 1,
    phase: 'working',
    working: [],
    waiting: [],
    used: { updates: 0, events: 0 },
  } as const;
  gateway.cluster.status = () => Promise.resolve({ ...status, parked: [] });
  const view = async () => (await gateway.fetch('/deployment-engine/runs/1')).json() as Promise<unknown>;
  const key = { run: 1, target: '10.0.0.1', step: 'buildRuby', round: 1 } as const;
  await steps.begin(key);
  expect(await view()).toMatchObject({
    progress: { steps: 1, over: 0, elapsedMs: 0, remainingMs: null, estimatedEnd: null },
    nodes: [{ steps: [{ progress: null }] }],
  });

  await times.note('buildRuby debian-12', 60_000);
  await steps.work(key, { doing: 'unpacking ruby 3.1.2', since: 80_000, usualMs: 50_000 });
  expect(await view()).toMatchObject({
    progress: { remainingMs: 30_000, estimatedEnd: '1970-01-01T00:02:10.000Z' },
    nodes: [
      { steps: [{ progress: { doing: 'unpacking ruby 3.1.2', forMs: 20_000, usualMs: 50_000, waitsFor: null } }] },
    ],
  });

  await steps.fail(key, { code: 'NodeUnreachable', message: 'away', counts: false, parks: false });
  expect(await view()).toMatchObject({ progress: { remainingMs: null, estimatedEnd: null } });
  await steps.begin(key);
  await steps.progress(key);
  expect(await view()).toMatchObject({ progress: { remainingMs: 30_000 } });

  const parked = { target: 'nats/0', step: 'start', round: 1, park: 1, code: 'JobNotRunning', message: 'x' } as const;
  gateway.cluster.status = () => Promise.resolve({ ...status, parked: [parked] });
  expect(await view()).toMatchObject({ progress: { remainingMs: null } });
  await steps.end(key, 'done', []);
  await endRun(gateway, 1);
  expect(await view()).toMatchObject({ progress: null, nodes: [{ steps: [{ progress: null }] }] });
});

it('says the same of a run in the list as alone', async () => {
  const gateway = await gatewayWithRuns(2);
  gateway.cluster.status = () => Promise.resolve({ run: 2, phase: 'working', working: [] } as never);
  const states = async (path: string): Promise<unknown> => {
    const told = (await (await gateway.fetch(`/deployment-engine/${path}`)).json()) as unknown;
    return [told].flat().map((run) => (run as { state: string }).state);
  };
  expect(await states('runs')).toEqual(['working', 'ok']);
  expect(await states('runs/2')).toEqual(['working']);
});
