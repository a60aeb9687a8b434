import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { createLook } from '../../../api/routes/alive.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import { phrase } from '../../../domain/text/text.ts';
import { beginRun, postConfiguration, startGateway } from '../gateway.ts';

it('is well when store, Temporal and a worker answer', async () => {
  const { fetch: ask } = await startGateway();
  const answer = await ask('/deployment-engine/health');
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ state: 'ok', store: { state: 'ok' }, auth: 'auto' });
});

it('costs neither a query nor the reading of a body for callers without a token', async () => {
  const { cluster, url } = await startGateway({ env: { DEPLOYMENT_ENGINE_AUTH: 'tokens' } });
  cluster.status = () => Promise.reject(new Error('must not be asked'));
  // Answered while the body is still coming.
  const asked = request(`${url}/deployment-engine/health`, { headers: { 'Content-Length': 1000 } });
  asked.flushHeaders();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  expect([answer.statusCode, await text(answer)]).toEqual([200, '{"state":"ok"}']);
  asked.destroy();

  cluster.health = () => Promise.resolve({ temporal: true, worker: false });
  const refused = await fetch(`${url}/deployment-engine/health`);
  expect([refused.status, await refused.json()]).toEqual([503, { state: 'down' }]);
  expect((await fetch(`${url}/deployment-engine/health?deep=1`)).status).toBe(400);
});

it('says what does not answer', async () => {
  const { fetch: ask, cluster } = await startGateway();
  cluster.health = () => Promise.resolve({ temporal: true, worker: false });
  const answer = await ask('/deployment-engine/health');
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ state: 'down', temporal: { state: 'ok' }, worker: { state: 'down' } });
});

it('says why Temporal does not answer', async () => {
  const { fetch: ask, cluster } = await startGateway();
  const reason = phrase('the Temporal server at {address} does not answer in time', {
    address: 'temporal.example:7233',
  });
  cluster.health = () => Promise.resolve({ temporal: false, worker: false, reason });
  const inChinese = { headers: { 'Accept-Language': 'zh' } };
  expect(await (await ask('/deployment-engine/health')).json()).toMatchObject({
    temporal: { state: 'down', detail: 'the Temporal server at temporal.example:7233 does not answer in time' },
  });
  expect(await (await ask('/deployment-engine/health', inChinese)).json()).toMatchObject({
    temporal: { state: 'down', detail: 'temporal.example:7233 上的 Temporal 服务器未及时响应' },
  });
});

it.each([
  ['not looked at yet', undefined, { state: 'not looked at yet' }],
  ['as their package has them', [], { state: 'ok' }],
  [
    'damaged',
    Array.from({ length: 30 }, (_, n) => ({ path: `file-${n}`, how: 'missing' as const })),
    {
      state: 'damaged',
      code: 'EngineDamaged',
      count: 30,
      files: { length: 20, 0: { path: 'file-0', how: 'missing' } },
    },
  ],
])('says when the files of the engine are %s, and is as well as ever', async (_, damage, engine) => {
  const { fetch: ask } = await startGateway({ damage: () => damage });
  const answer = await ask('/deployment-engine/health');
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ state: 'ok', engine });
});

it('says how much of its execution the run in progress has used', async () => {
  const gateway = await startGateway();
  const { fetch: ask, cluster } = gateway;
  await beginRun(gateway, 'a');
  const status = { run: 4, revision: 2, phase: 'parked', parked: [], working: [], waiting: [] } as const;
  const health = async (updates: number) => {
    cluster.status = () => Promise.resolve({ ...status, used: { updates, events: 900 } });
    return (await ask('/deployment-engine/health')).json();
  };
  expect(await health(1_799)).toMatchObject({ run: { run: 4, used: { updates: 1_799 }, onlyDecisionsLeft: false } });
  expect(await health(1_800)).toMatchObject({ run: { run: 4, onlyDecisionsLeft: true } });
});

it('is over in time although the store stands still, and asks it nothing more until it goes on', async () => {
  let now = 0;
  const standing = Promise.withResolvers<undefined>();
  const open = vi.fn(() => standing.promise);
  const look = createLook(
    {
      store: { runs: { open }, assertWritable: async () => {} } as never,
      cluster: { health: async () => ({ temporal: true, worker: true }) } as never,
      log: pino({ level: 'silent' }),
      clock: () => now,
    },
    20,
  );
  const late = { code: 'StoreUnwritable', detail: 'the store has not answered for 0.02 s' };
  expect(await look()).toMatchObject({ problem: late, isHealthy: false, worker: true });
  now += 60_000;
  expect(await look()).toMatchObject({ problem: late });
  expect(open).toHaveBeenCalledTimes(1);
  standing.resolve(undefined);
  expect(await look()).toMatchObject({ problem: undefined, isHealthy: true });
  now += 1_000;
  await look();
  expect(open).toHaveBeenCalledTimes(2);
});

describe('while the store cannot be written', () => {
  async function fullGateway() {
    const gateway = await startGateway();
    const posted = await postConfiguration(gateway);
    const assertWritable = () => Promise.reject(new DeploymentEngineError('StoreUnwritable', 'The disk is full.'));
    return { ...gateway, posted, fill: () => Object.assign(gateway.store, { assertWritable }) };
  }

  it('health names it, and neither a configuration nor a deploy is accepted', async () => {
    const gateway = await fullGateway();
    expect(gateway.posted.status).toBe(201);
    gateway.fill();

    const health = await gateway.fetch('/deployment-engine/health');
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({
      state: 'down',
      store: { state: 'down', code: 'StoreUnwritable', detail: 'The disk is full.' },
    });
    let deploys = 0;
    gateway.cluster.deploy = async (revision) => ({ run: (deploys += 1), revision });
    for (const answer of [await postConfiguration(gateway), await gateway.fetch('/deployment-engine/deploy')]) {
      expect(answer.status).toBe(503);
      expect(await answer.json()).toMatchObject({ code: 'StoreUnwritable', detail: 'The disk is full.' });
    }
    expect(deploys).toBe(0);
    expect((await gateway.fetch('/deployment-engine/config')).status).toBe(200);
  });

  it('a deploy that was accepted stays so when it cannot be noted', async () => {
    const gateway = await fullGateway();
    const append = () => Promise.reject(new DeploymentEngineError('StoreUnwritable', 'The disk is full.'));
    Object.assign(gateway.store.log, { append });
    expect((await gateway.fetch('/deployment-engine/deploy')).status).toBe(202);
  });
});
