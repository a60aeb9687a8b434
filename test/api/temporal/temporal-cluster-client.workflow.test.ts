import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ClusterClient } from '../../../api/temporal/cluster-client.ts';
import { connectCluster } from '../../../api/temporal/temporal-cluster-client.ts';
import { ownServer } from '../../../temporal/temporal-server.ts';
import { TASK_QUEUE } from '../../../workflows/messages.ts';
import { type EmbeddedTemporal, startTemporal } from '../../support/temporal.ts';
import { until } from '../../support/until.ts';

const NO_RUN = '11111111-2222-4333-8444-555555555555';

let temporal: EmbeddedTemporal;
let cluster: ClusterClient;
let client: Client;
let worker: { stop(): Promise<void> } | undefined;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  temporal = await startTemporal();
  cluster = connectCluster(temporal.server, 'cf', { engine: 'own' });
  client = new Client({ connection: await Connection.connect({ address: temporal.address }) });
});

afterAll(async () => {
  await worker?.stop();
  await cluster.close();
  await client.connection.close();
  await temporal.stop();
});

const deploy = (revision: number) => cluster.deploy(revision, Date.now() + 9_500);

async function startWorker(): Promise<{ stop(): Promise<void> }> {
  const connection = await NativeConnection.connect({ address: temporal.address });
  const workflowsPath = fileURLToPath(new URL('../workflows/deploy-cluster.ts', import.meta.url));
  const created = await Worker.create({ connection, taskQueue: TASK_QUEUE, workflowsPath });
  const running = created.run();
  return {
    async stop() {
      created.shutdown();
      await running;
      await connection.close();
    },
  };
}

it('refuses a deploy while there is no worker, and starts nothing', async () => {
  await until(async () => (await cluster.health()).temporal, 'Temporal is seen');
  expect(await cluster.health()).toEqual({ temporal: true, worker: false });
  await expect(deploy(1)).rejects.toMatchObject({ code: 'NoWorker' });
  expect((await client.workflow.count()).count).toBe(0);
});

it('starts one workflow for a deploy and its repeat', async () => {
  worker = await startWorker();
  await until(async () => (await cluster.health()).worker, 'the worker is seen');
  // A worker that has just come loads its workflows first, for longer than a request may wait on a busy machine.
  await until(async () => (await deploy(1).catch(() => undefined)) !== undefined, 'it is taken up');
  expect(await deploy(1)).toEqual({ run: 7, revision: 1 });
  await until(
    async () => (await client.workflow.count(`ClusterId = 'cf' AND Operation = 'deploy'`)).count === 1,
    'one',
  );
  await until(async () => (await cluster.status())?.phase === 'working', 'its status is read');
  expect(await cluster.status()).toMatchObject({ run: 7 });
});

it('passes on the code and details of a refusal', async () => {
  await expect(deploy(99)).rejects.toMatchObject({
    code: 'RunInProgress',
    message: 'run 6 is working',
    details: { run: 6 },
  });
  await expect(cluster.resolve({ action: 'skip', targets: ['nats/0'] })).rejects.toMatchObject({
    code: 'NothingParked',
  });
  expect(await cluster.resolve({ action: 'skip' })).toBe('skip');
});

it('knows which runs still run', async () => {
  const { runId } = await client.workflow.getHandle('cluster/cf').describe();
  await until(async () => (await cluster.stateOf(runId)) === 'running', 'it runs');
  await until(async () => (await cluster.stateOf(NO_RUN)) === 'forgotten', 'another does not');
  expect(await cluster.cancel()).toBe('is being cancelled');
  await until(async () => (await cluster.stateOf(runId)) !== 'running', 'the run is over');
  await expect(cluster.cancel()).rejects.toMatchObject({ code: 'RunEnded' });
});

it('does not say what a run was at that was terminated', async () => {
  await until(async () => (await deploy(1).catch(() => undefined)) !== undefined, 'another run');
  await until(async () => (await cluster.status())?.phase === 'working', 'its status is read');
  await client.workflow.getHandle('cluster/cf').terminate();
  await until(async () => (await cluster.status()) === undefined, 'it has none any more');
});

it('finds the server again after it was killed', async () => {
  const [server] = temporal.engine.programs;
  if (server?.pid === undefined) throw new Error('there is no server');
  const killed = server.pid;
  process.kill(killed, 'SIGKILL');
  await until(() => ![undefined, killed].includes(server.pid), 'another server');
  await until(async () => (await cluster.stateOf(NO_RUN)) === 'forgotten', 'it answers');
  await until(async () => (await cluster.health()).worker, 'Temporal and the worker are seen again');
});

it('says that nobody answers where no server is', async () => {
  const nobody = connectCluster(ownServer({ temporalPort: 9 }), 'cf', { engine: 'own' });
  expect(await nobody.health()).toEqual({
    temporal: false,
    worker: false,
    reason: 'no Temporal server answers at 127.0.0.1:9: connect ECONNREFUSED 127.0.0.1:9',
  });
  expect(await nobody.stateOf(NO_RUN)).toBeUndefined();
  await expect(nobody.deploy(1, Date.now() + 9_500)).rejects.toMatchObject({ code: 'NoWorker' });
  await nobody.close();
});
