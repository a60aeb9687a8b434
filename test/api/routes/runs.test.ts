import { expect, it } from 'vitest';
import { gatewayWithRuns } from '../gateway-with-runs.ts';

it('lists runs newest first, page by page', async () => {
  const gateway = await gatewayWithRuns(5);
  const first = await gateway.fetch('/deployment-engine/runs?limit=3');
  expect(await first.json()).toMatchObject([{ run: 5, state: 'running' }, { run: 4, outcome: 'ok' }, { run: 3 }]);
  const next = /<(.+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
  const second = await gateway.fetch(next);
  expect(await second.json()).toMatchObject([{ run: 2 }, { run: 1 }]);
  expect(second.headers.get('link')).toBeNull();
});

it('shows the steps of every node and instance, and what waits for what', async () => {
  const gateway = await gatewayWithRuns(1);
  const { steps, runs } = gateway.store;
  await runs.savePlan({
    run: 1,
    revision: 1,
    release: 'f'.repeat(64),
    nodes: [{ address: '10.0.0.1', profile: 'debian-12', steps: [{ name: 'buildRuby', reasons: ['no ruby'] }] }],
    instances: [
      {
        id: 'nats/0',
        address: '10.0.0.1',
        change: 'added',
        reasons: ['new'],
        steps: ['installJob', 'start'],
        needs: [{ component: 'database', mode: 'any', hard: true }],
        after: [],
      },
    ],
    builds: {},
    limits: { patience: 1, selfRetry: 1, selfRetryMax: 1, startDeadline: 1, maxInFlight: 1 },
  });
  const key = { run: 1, target: '10.0.0.1', step: 'buildRuby', round: 1 } as const;
  await steps.begin(key);
  await steps.fail(key, { code: 'CommandFailed', message: 'make failed', counts: true, parks: true });
  const parked = {
    target: '10.0.0.1',
    step: 'buildRuby',
    round: 1,
    park: 1,
    code: 'CommandFailed',
    message: 'x',
  } as const;
  gateway.cluster.status = () =>
    Promise.resolve({
      run: 1,
      revision: 1,
      phase: 'parked',
      parked: [parked],
      working: [],
      waiting: [{ target: 'nats/0', for: ['node 10.0.0.1'] }],
      used: { updates: 0, events: 0 },
    });
  const answer = await gateway.fetch('/deployment-engine/runs/1');
  expect(answer.headers.get('content-type')).toBe('application/json;charset=utf-8');
  expect(await answer.json()).toMatchObject({
    run: 1,
    state: 'parked',
    nodes: [
      {
        address: '10.0.0.1',
        planned: [{ name: 'buildRuby', reasons: ['no ruby'] }],
        steps: [{ step: 'buildRuby', state: 'parked', failures: 1, error: { code: 'CommandFailed' } }],
      },
    ],
    instances: [{ id: 'nats/0', change: 'added', planned: ['installJob', 'start'], steps: [] }],
    parked: [parked],
    waiting: [{ target: 'nats/0', for: ['node 10.0.0.1'] }],
    temporal: '/temporal/namespaces/default/workflows/cluster%2Fcf/temporal-1/timeline',
  });
});

it('shows what goes, its steps, and who waits for whom', async () => {
  const gateway = await gatewayWithRuns(1);
  const { steps, runs } = gateway.store;
  const plain = { reasons: ['x'], needs: [], after: [] };
  const A = '10.0.0.1';
  await runs.savePlan({
    run: 1,
    revision: 1,
    release: 'f'.repeat(64),
    nodes: [],
    instances: [
      { id: 'uaa/0', address: A, change: 'changed', steps: ['installJob'], ...plain },
      { id: 'nats/1', address: A, change: 'added', steps: ['start'], ...plain, afterRemoval: ['nats/0'] },
      { id: 'nats/0', address: A, change: 'removed', steps: ['removeInstance'], ...plain },
      {
        id: 'etcd/0',
        address: '10.0.0.2',
        change: 'removed',
        steps: ['removeInstance', 'leaveNode'],
        ...plain,
        afterUpdate: ['uaa/0'],
      },
    ],
    builds: {},
    sweeps: [{ address: A, what: '1 package' }],
    limits: { patience: 1, selfRetry: 1, selfRetryMax: 1, startDeadline: 1, maxInFlight: 1 },
  });
  for (const step of ['removeInstance', 'leaveNode'] as const)
    await steps.end(await steps.begin({ run: 1, target: 'etcd/0', step, round: 1 }), 'done', ['not wanted']);
  expect(await (await gateway.fetch('/deployment-engine/runs/1')).json()).toMatchObject({
    progress: { steps: 6, over: 2 },
    instances: [
      { id: 'uaa/0', afterRemoval: [], afterUpdate: [] },
      { id: 'nats/1', afterRemoval: ['nats/0'] },
      { id: 'nats/0', planned: ['removeInstance'], steps: [] },
      {
        id: 'etcd/0',
        change: 'removed',
        planned: ['removeInstance', 'leaveNode'],
        afterUpdate: ['uaa/0'],
        steps: [
          { step: 'removeInstance', state: 'done' },
          { step: 'leaveNode', state: 'done' },
        ],
      },
    ],
  });
});

it('closes a run whose workflow was terminated, once, with its last line', async () => {
  const gateway = await gatewayWithRuns(1);
  gateway.cluster.stateOf = () => Promise.resolve('stopped');
  for (let look = 0; look < 2; look++)
    expect(await (await gateway.fetch('/deployment-engine/runs/1')).json()).toMatchObject({ outcome: 'terminated' });
  const lines = await gateway.store.log.read(1, { from: 0, limit: 10 });
  expect(lines.map((entry) => entry.line)).toEqual(['deploy 1 TERMINATED']);
});

it('shows what has been noted after the end of a run', async () => {
  const gateway = await gatewayWithRuns(2);
  const { steps } = gateway.store;
  const key = { run: 1, target: '10.0.0.1', step: 'connect', round: 1 } as const;
  await steps.begin(key);
  const states = async (language: string) => {
    const headers = { 'accept-language': language };
    const view = (await (await gateway.fetch('/deployment-engine/runs/1', { headers })).json()) as {
      readonly nodes: readonly { readonly steps: readonly { readonly state: string }[] }[];
    };
    return view.nodes.flatMap((node) => node.steps.map(({ state }) => state));
  };
  for (const language of ['en', 'zh', 'en']) expect(await states(language)).toEqual(['running']);
  await steps.end(key, 'done', []);
  for (const language of ['en', 'zh', 'en']) expect(await states(language)).toEqual(['done']);
});

it('says of a run whose end was lost that nobody knows it', async () => {
  const gateway = await gatewayWithRuns(1);
  gateway.cluster.stateOf = () => Promise.resolve('forgotten');
  expect(await (await gateway.fetch('/deployment-engine/runs/1')).json()).toMatchObject({ outcome: 'abandoned' });
  const lines = await gateway.store.log.read(1, { from: 0, limit: 10 });
  expect(lines.map((entry) => entry.line)).toEqual(['deploy 1 ABANDONED']);
});

it('leaves a run alone while Temporal does not answer', async () => {
  const gateway = await gatewayWithRuns(1);
  gateway.cluster.stateOf = () => Promise.resolve(undefined);
  expect(await (await gateway.fetch('/deployment-engine/runs/1')).json()).toMatchObject({
    outcome: null,
    state: 'running',
  });
});

it.each(['2', '0', '-1', 'x', '1e3', '99999999999999999999'])('knows no run %s', async (run) => {
  const gateway = await gatewayWithRuns(1);
  const answer = await gateway.fetch(`/deployment-engine/runs/${run}`);
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ code: 'RunNotFound' });
});
