import { once } from 'node:events';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import { createLogReaders } from '../../../api/log-socket/log-readers.ts';
import { createGatewayMetrics } from '../../../api/metrics/gateway-metrics.ts';
import { parseSettings } from '../../../domain/schemas/settings.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { beginRun, configurationDocument, endRun, line, postConfiguration, startGateway } from '../gateway.ts';
import { scrape } from './scrape.ts';

const A = '10.10.101.182';
const B = '10.10.101.183';
const DATABASE = 'postgres://engine@db.example/engine';
const seen = { cpuPercent: 0, memoryPercent: 0, diskPercent: 0, seenAt: Date.now(), detail: '' };

it('tells what the store knows of runs, instances, nodes and builds', async () => {
  const gateway = await startGateway();
  const { store, cluster } = gateway;
  await postConfiguration(gateway, configurationDocument([A, B]));
  for (const id of ['a', 'b', 'c']) await beginRun(gateway, id);
  await endRun(gateway, 1);
  await endRun(gateway, 2);
  await store.statuses.save([
    { ...seen, id: 'nats/0', component: 'nats', address: A, isRunning: true, cpu: { busy: 1, total: 2 } },
    { ...seen, id: 'nats/1', component: 'nats', address: B, isRunning: false },
  ]);
  await store.installed.note({ id: 'nats/1', component: 'nats', number: 1, address: B }, { revision: 1, release: 'r' });
  await store.claims.take('build/ruby', 'one', 60_000);
  await store.claims.take('builder/10.0.0.1', 'one', 60_000);
  const parked = [{ target: '10.0.0.1' }, { target: 'nats/0' }] as never;
  cluster.status = async () => ({
    run: 3,
    revision: 1,
    phase: 'parked',
    parked,
    working: [],
    waiting: [],
    used: { updates: 0, events: 0 },
  });
  const samples = await scrape(gateway);
  expect(Object.fromEntries([...samples].filter(([name]) => name.startsWith('deployment_engine_')))).toMatchObject({
    'deployment_engine_up{part="store"}': 1,
    'deployment_engine_up{part="temporal"}': 1,
    'deployment_engine_up{part="worker"}': 1,
    'deployment_engine_runs_total{operation="deploy",outcome="ok"}': 2,
    // A counter that begins with its first run would not have increased.
    'deployment_engine_runs_total{operation="restart",outcome="failed"}': 0,
    deployment_engine_parked: 2,
    deployment_engine_unreachable_nodes: 1,
    'deployment_engine_instances{state="running"}': 1,
    'deployment_engine_instances{state="down"}': 1,
    deployment_engine_last_look_age_seconds: expect.any(Number),
    deployment_engine_builds_in_progress: 1,
    deployment_engine_serial_deploys_left: 0,
    'deployment_engine_disk_free_bytes{folder="data"}': expect.any(Number),
    deployment_engine_log_readers: 0,
  });
  expect(samples.get('process_start_time_seconds')).toBeGreaterThan(0);
  // A run that goes on is no outcome.
  const ended = [...samples].filter(([name]) => name.startsWith('deployment_engine_runs_total'));
  expect(ended.reduce((total, [, count]) => total + count, 0)).toBe(2);
});

it('asks no workflow while no run is open', async () => {
  const gateway = await startGateway();
  gateway.cluster.status = () => Promise.reject(new Error('a worker would have to replay all of it'));
  expect((await scrape(gateway)).get('deployment_engine_parked')).toBe(0);
});

it('counts a run whose workflow was terminated, though nobody asks for it', async () => {
  const gateway = await startGateway();
  await postConfiguration(gateway, configurationDocument([A]));
  await beginRun(gateway, 'a');
  gateway.cluster.stateOf = async () => 'stopped';
  gateway.cluster.goesOn = async () => false;
  const terminated = 'deployment_engine_runs_total{operation="deploy",outcome="terminated"}';
  expect((await scrape(gateway)).get(terminated)).toBe(1);
});

it('says what is down, and leaves out what cannot be had', async () => {
  const gateway = await startGateway();
  const fails = () => Promise.reject(new DeploymentEngineError('StoreUnwritable', 'The store is away.'));
  Object.assign(gateway.store.statuses, { all: fails });
  Object.assign(gateway.store.runs, { open: fails, counts: fails });
  gateway.cluster.health = async () => ({ temporal: true, worker: false });
  const samples = await scrape(gateway);
  expect(samples.get('deployment_engine_up{part="store"}')).toBe(0);
  expect(samples.get('deployment_engine_up{part="worker"}')).toBe(0);
  expect(samples.has('deployment_engine_unreachable_nodes')).toBe(false);
  expect(samples.has('deployment_engine_parked')).toBe(false);
});

it('leaves out what takes too long', async () => {
  const { store, cluster } = await startGateway();
  const standing = () => new Promise<never>(() => {});
  Object.assign(store.statuses, { all: standing });
  Object.assign(store.runs, { counts: standing });
  const registry = createGatewayMetrics(
    {
      store,
      cluster,
      readers: createLogReaders(),
      releaseName: async () => undefined,
      settings: parseSettings({}),
      clock: Date.now,
    },
    async () => ({ problem: undefined, temporal: true, worker: false, isHealthy: false }),
    100,
  );
  const text = await registry.metrics();
  expect(text).toContain('deployment_engine_up{part="worker"} 0');
  expect(text).not.toMatch(/^deployment_engine_(unreachable_nodes|instances|runs_total)\b/m);
});

it.each([
  ['a store in its data folder', { TEMPORAL_ADDRESS: 'temporal:7233' }, ['data', 'cache']],
  ['its own Temporal server', { DATABASE_URL: DATABASE, TEMPORAL_ADDRESS: '127.0.0.1:7233' }, ['data', 'cache']],
  ['nothing on its machine', { DATABASE_URL: DATABASE, TEMPORAL_ADDRESS: 'temporal:7233' }, ['cache']],
])('tells the free space of folders that fill up, of an engine with %s', async (_, env, folders) => {
  const samples = await scrape(await startGateway({ env: { ...env, DEPLOYMENT_ENGINE_CACHE_DIR: temporaryFolder() } }));
  const names = [...samples.keys()].filter((name) => name.startsWith('deployment_engine_disk_free_bytes'));
  expect(names).toEqual(folders.map((folder) => `deployment_engine_disk_free_bytes{folder="${folder}"}`));
});

it('measures requests by their route, whatever was in their path', async () => {
  const gateway = await startGateway();
  await beginRun(gateway, 'a');
  for (const path of ['runs/1', 'runs/2', 'hosts/x/../nothing', 'nothing-of-the-kind'])
    await gateway.fetch(`/deployment-engine/${path}`);
  const samples = await scrape(gateway);
  const counts = [...samples].filter(([name]) =>
    name.startsWith('deployment_engine_http_request_duration_seconds_count'),
  );
  expect(Object.fromEntries(counts)).toEqual({
    [countOf('/deployment-engine/runs/:run', 200)]: 1,
    [countOf('/deployment-engine/runs/:run', 404)]: 1,
    [countOf('none', 404)]: 2,
  });
});

const countOf = (route: string, status: number): string =>
  `deployment_engine_http_request_duration_seconds_count{method="GET",route="${route}",status="${status}"}`;

it('counts readers of the log, and how far the slowest is behind', async () => {
  const gateway = await startGateway();
  await beginRun(gateway, 'a');
  await gateway.store.log.append(1, [line('one'), line('two')]);
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/deployment-engine/log?run=1`);
  let frames = 0;
  socket.on('message', () => (frames += 1));
  await once(socket, 'open');
  await until(() => frames === 2, 'both lines');
  const samples = await scrape(gateway);
  expect(samples.get('deployment_engine_log_readers')).toBe(1);
  expect(samples.get('deployment_engine_log_reader_lag_lines')).toBe(0);
  Object.assign(gateway.store.log, { last: async () => 12 });
  expect((await scrape(gateway)).get('deployment_engine_log_reader_lag_lines')).toBe(10);
  socket.close();
  await until(async () => (await scrape(gateway)).get('deployment_engine_log_readers') === 0, 'the reader is gone');
});

it('is for callers who may read', async () => {
  const { fetch: ask } = await startGateway({ env: { DEPLOYMENT_ENGINE_AUTH: 'tokens' } });
  expect((await ask('/metrics')).status).toBe(401);
  expect((await ask('/metrics?all=1')).status).toBe(401);
});
