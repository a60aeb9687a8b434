import { request } from 'node:http';
import { expect, it } from 'vitest';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import { beginRun, type Gateway, postConfiguration, startGateway } from '../gateway.ts';

const deploy = ({ fetch: ask }: Gateway, query = ''): Promise<Response> => ask(`/deployment-engine/deploy${query}`);

it('needs a configuration', async () => {
  const answer = await deploy(await startGateway());
  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({ code: 'ConfigMissing' });
});

it('hands the newest revision to the workflow and says where its run is', async () => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  const answer = await deploy(gateway);
  expect(answer.status).toBe(202);
  expect(answer.headers.get('location')).toBe('/deployment-engine/runs/7');
  expect(answer.headers.get('content-type')).toBe('application/json;charset=utf-8');
  expect(await answer.json()).toEqual({ run: 7, revision: 1, log: '/deployment-engine/log?run=7' });
});

it.each([
  [
    'still at work',
    { state: 'working', parked: [] },
    { state: 'working', note: 'Run 6 has already begun with revision 1; nothing else was started.' },
  ],
  [
    'parked and due',
    { state: 'retrying', parked: ['10.0.0.1', 'dea/0'] },
    {
      state: 'retrying',
      parked: ['10.0.0.1', 'dea/0'],
      note: 'Run 6 is parked; it now tries again: 10.0.0.1, dea/0.',
    },
  ],
  [
    'parked for good but for decisions',
    { state: 'parked', parked: ['dea/0'] },
    {
      state: 'parked',
      parked: ['dea/0'],
      note: 'Run 6 is parked (dea/0) and too long already for further repeats; decide with POST /deployment-engine/runs/6/resolve.',
    },
  ],
] as const)('says that it began nothing where the run is %s', async (_case, repeat, told) => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  gateway.cluster.deploy = () => Promise.resolve({ run: 6, revision: 1, repeat });
  const answer = await deploy(gateway);
  expect(answer.status).toBe(202);
  expect(answer.headers.get('retry-after')).toBeNull();
  expect(await answer.json()).toEqual({ run: 6, revision: 1, log: '/deployment-engine/log?run=6', ...told });
});

it('says until when a repeat comes too early', async () => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  const repeat = { state: 'parked', parked: ['10.0.0.1'], retryInMs: 33_400 } as const;
  gateway.cluster.deploy = () => Promise.resolve({ run: 6, revision: 1, repeat });
  const earliest = Date.now() + 33_400;
  const answer = await deploy(gateway);
  expect(answer.headers.get('retry-after')).toBe('34');
  const { retryAt, note } = (await answer.json()) as { retryAt: string; note: string };
  expect(Date.parse(retryAt)).toBeGreaterThanOrEqual(earliest);
  expect(Date.parse(retryAt)).toBeLessThanOrEqual(Date.now() + 33_400);
  expect(note).toBe(
    `Run 6 is parked (10.0.0.1); a repeat has it try again from ${retryAt}, POST /deployment-engine/runs/6/resolve at once.`,
  );
  const noted = await gateway.fetch('/deployment-engine/download', { method: 'PUT', body: 'local.log' });
  expect(await noted.text()).toContain(`deploy of revision 1 asked for again by loopback: ${note}`);
});

it.each([
  ['RunInProgress', 409],
  ['DuplicateController', 409],
  ['NoWorker', 503],
  ['NetworkDown', 502],
  ['EngineDamaged', 500],
] as const)('passes on the refusal %s as %i', async (code, status) => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  gateway.cluster.deploy = () => Promise.reject(new DeploymentEngineError(code, 'why', { details: { run: 6 } }));
  const answer = await deploy(gateway);
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ code, status, detail: 'why', run: 6, errors: [] });
});

it('starts nothing when it is asked for something it does not know', async () => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  gateway.cluster.deploy = () => Promise.reject(new Error('must not be asked'));
  expect((await deploy(gateway, '?dry-runs=1')).status).toBe(400);
});

it('does not deploy for a mere look', async () => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  gateway.cluster.deploy = () => Promise.reject(new Error('must not be asked'));
  const answer = await gateway.fetch('/deployment-engine/deploy', { method: 'HEAD' });
  expect(answer.status).toBe(405);
});

it('does not show what nobody expected', async () => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  gateway.cluster.deploy = () => Promise.reject(new Error('internal detail'));
  const answer = await deploy(gateway);
  expect(answer.status).toBe(500);
  const text = await answer.text();
  expect(text).toContain('InternalError');
  expect(text).not.toContain('internal detail');
});

it('closes a run whose workflow is gone before it starts another', async () => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  const { number } = await beginRun(gateway, 'lost');
  gateway.cluster.stateOf = () => Promise.resolve('stopped');
  expect((await deploy(gateway)).status).toBe(202);
  expect(await gateway.store.runs.get(number)).toMatchObject({ outcome: 'terminated' });
});

/** fetch sets these headers itself; a browser would as well. */
function statusWith(
  gateway: Gateway,
  headers: Record<string, string>,
  path = '/deployment-engine/deploy',
): Promise<number> {
  return new Promise((resolve, reject) => {
    request(gateway.url, { path, headers }, (answer) => resolve(answer.resume().statusCode ?? 0))
      .on('error', reject)
      .end();
  });
}

it.each([
  ['a foreign page', { Origin: 'http://evil.example' }, 403],
  ['a page on another port of this machine', { Origin: 'http://127.0.0.1:1' }, 403],
  ['a sandboxed page', { Origin: 'null' }, 403],
  ['a link on a foreign page', { 'Sec-Fetch-Site': 'cross-site' }, 403],
  ['a name somebody else made', { Host: 'rebound.example' }, 403],
  ['a listed page', { Origin: 'https://portal.example', 'Sec-Fetch-Site': 'cross-site' }, 202],
  ['a listed name', { Host: 'engine.example:50000' }, 202],
  ['an address of this machine', { Host: '10.10.101.180:50000' }, 202],
  ['the address bar', { 'Sec-Fetch-Site': 'none' }, 202],
  ['localhost', { Host: 'localhost:50000', Origin: 'http://localhost:50000' }, 202],
])('answers %s with what is due', async (_who, headers: Record<string, string>, status) => {
  const gateway = await startGateway({
    env: { DEPLOYMENT_ENGINE_ORIGINS: 'https://portal.example', DEPLOYMENT_ENGINE_NAMES: 'engine.example' },
  });
  await postConfiguration(gateway);
  expect(await statusWith(gateway, headers)).toBe(status);
});

it.each(['/DEPLOYMENT-engine/Deploy', '/deployment-engine/deploy/', 'http://127.0.0.1/deployment-engine/deploy'])(
  'guards %s as well',
  async (path) => {
    const gateway = await startGateway();
    await postConfiguration(gateway);
    gateway.cluster.deploy = () => Promise.reject(new Error('must not be asked'));
    expect(await statusWith(gateway, { Origin: 'http://evil.example' }, path)).toBe(403);
  },
);

it('lets a foreign page look but not read: no CORS header', async () => {
  const gateway = await startGateway();
  const answer = await gateway.fetch('/deployment-engine/config', { headers: { Origin: 'http://evil.example' } });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('access-control-allow-origin')).toBeNull();
});
