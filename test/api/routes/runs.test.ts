import { expect, it } from 'vitest';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import { beginRun, endRun, type Gateway, startGateway } from '../gateway.ts';

async function gatewayWithRuns(count: number): Promise<Gateway> {
  const gateway = await startGateway();
  for (let run = 1; run <= count; run++) {
    await beginRun(gateway, `temporal-${run}`);
    if (run < count) await endRun(gateway, run);
  }
  return gateway;
}

const post = ({ fetch: ask }: Gateway, path: string, body: unknown = {}): Promise<Response> =>
  ask(`/deployment-engine/runs/${path}`, { method: 'POST', body: JSON.stringify(body) });

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

it('closes a run whose workflow was terminated, once, with its last line', async () => {
  const gateway = await gatewayWithRuns(1);
  gateway.cluster.isRunning = () => Promise.resolve(false);
  for (let look = 0; look < 2; look++)
    expect(await (await gateway.fetch('/deployment-engine/runs/1')).json()).toMatchObject({ outcome: 'terminated' });
  const lines = await gateway.store.log.read(1, { from: 0, limit: 10 });
  expect(lines.map((entry) => entry.line)).toEqual(['deploy 1 TERMINATED']);
});

it('leaves a run alone while Temporal does not answer', async () => {
  const gateway = await gatewayWithRuns(1);
  gateway.cluster.isRunning = () => Promise.resolve(undefined);
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

it('passes a decision on to the workflow, keys in any case', async () => {
  const gateway = await gatewayWithRuns(1);
  let asked: unknown;
  gateway.cluster.resolve = (request) => {
    asked = request;
    return Promise.resolve('skip: nats/0');
  };
  const answer = await post(gateway, '1/resolve', { Action: 'skip', targets: ['nats/0'], park: 2 });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ run: 1, result: 'skip: nats/0' });
  expect(asked).toEqual({ action: 'skip', targets: ['nats/0'], park: 2 });
});

it('names every problem of a decision', async () => {
  const answer = await post(await gatewayWithRuns(1), '1/resolve', { action: 'ignore', target: ['nats/0'] });
  expect(answer.status).toBe(400);
  const { errors } = (await answer.json()) as { errors: { pointer: string; message: string }[] };
  expect(errors.map(({ pointer }) => pointer).toSorted()).toEqual(['/action', '/target']);
  expect(errors.find(({ pointer }) => pointer === '/target')?.message).toContain('targets');
});

it.each([
  [{}, '/action: must be retry, skip or abort'],
  [{ action: 'retyr' }, '/action: must be retry, skip or abort'],
  [['retry'], 'must be an object'],
  [{ action: 'retry', targets: 'nats/0' }, '/targets: must be a list'],
  [{ action: 'retry', targets: [] }, '/targets: must not be empty'],
  [{ action: 'retry', targets: [7] }, '/targets/0: must be a text'],
  [{ action: 'retry', park: 'first' }, '/park: must be a number'],
  [{ action: 'retry', park: 0 }, '/park: must be at least 1'],
  [{ action: 'retry', park: 1.5 }, '/park: must be a whole number'],
  [{ action: 'retry', reason: 'x'.repeat(1001) }, '/reason: must have at most 1000 characters'],
])('says in plain words what is wrong with the decision %j', async (decision, detail) => {
  const answer = await post(await gatewayWithRuns(1), '1/resolve', decision);
  expect(await answer.json()).toMatchObject({ status: 400, detail });
});

it('has nothing to decide about a run that is over, or where nothing is parked', async () => {
  const gateway = await gatewayWithRuns(2);
  const over = await post(gateway, '1/resolve', { action: 'retry' });
  expect([over.status, await over.json()]).toMatchObject([409, { code: 'RunEnded' }]);
  gateway.cluster.resolve = () => Promise.reject(new DeploymentEngineError('NothingParked', 'Nothing is parked'));
  const nothing = await post(gateway, '2/resolve', { action: 'retry' });
  expect([nothing.status, await nothing.json()]).toMatchObject([409, { code: 'NothingParked' }]);
});

it('cancels a run', async () => {
  const gateway = await gatewayWithRuns(1);
  expect((await post(gateway, '1/cancel')).status).toBe(202);
  expect((await post(gateway, '9/cancel')).status).toBe(404);
});
