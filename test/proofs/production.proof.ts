import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { checkCluster } from '../../sample/cluster-check.ts';
import { createEngineClient, type RunView } from '../../sample/demo/engine-client.ts';
import { DOMAIN } from '../../sample/demo/layout.ts';
import { readRunLog } from '../integration/run-log.ts';
import * as cluster from '../integration/test-cluster.ts';
import { isWorking, MASTER_KEY, type Part, startPart, stopParts } from '../server/parts.ts';
import { startedTwice } from '../support/ledger.ts';
import { ACTIVATED_SETTINGS } from '../support/serials.ts';
import { builtTemporal, HOW_TO_BUILD } from '../support/temporal-server/build.ts';
import { realServer, type Surroundings } from '../support/temporal-server/surroundings.ts';
import { freePorts } from '../support/temporal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const NAMESPACE = 'production';
/** What a worker that died was doing goes on within this time. */
const GOES_ON_WITHIN_MS = 10_000;
const MINUTES = 60_000;
const [HAPROXY = ''] = cluster.CLUSTER;

const lacks = (await builtTemporal()) === undefined ? HOW_TO_BUILD : await cluster.reasonToSkip();

describe.skipIf(lacks !== undefined)(
  `two gateways and two workers on PostgreSQL and temporal-server${lacks === undefined ? '' : ` (left out: needs ${lacks})`}`,
  () => {
    let temporal: Surroundings;
    let connection: Connection;
    let places: string[];
    let gateways: Part[];
    let workers: Part[];

    beforeAll(async () => {
      await cluster.nodes('down', '--wipe');
      await cluster.nodes('up', '4');
      await Promise.all(cluster.CLUSTER.map((address) => cluster.setRootPassword(address)));
      temporal = await realServer();
      const port = await freePorts(3);
      places = [0, 1].map((number) => `127.0.0.1:${port + number}`);
      const settings = (extra: Readonly<Record<string, string>> = {}) => ({
        DEPLOYMENT_ENGINE_DATA_DIR: temporaryFolder(),
        DEPLOYMENT_ENGINE_KEY: MASTER_KEY,
        DEPLOYMENT_ENGINE_MIRROR_LISTEN: `${cluster.HOME}:${port + 2}`,
        DATABASE_URL: temporal.databaseUrl,
        TEMPORAL_ADDRESS: temporal.address,
        TEMPORAL_NAMESPACE: NAMESPACE,
        ...ACTIVATED_SETTINGS,
        ...extra,
      });
      startPart('mirror', settings());
      gateways = places.map((listen) => startPart('gateway', settings({ DEPLOYMENT_ENGINE_LISTEN: listen })));
      workers = [0, 1].map(() => startPart('worker', settings()));
      await until(() => workers.every(isWorking), 'workers work', 2 * MINUTES);
      for (const place of places)
        await until(
          () =>
            fetch(`http://${place}/deployment-engine/health`).then(
              ({ ok }) => ok,
              () => false,
            ),
          `${place} is well`,
        );
      connection = await Connection.connect({ address: temporal.address });
    }, 10 * MINUTES);

    afterAll(async () => {
      await connection?.close();
      await stopParts();
      await temporal?.stop();
      await cluster.nodes('down', '--wipe');
    });

    it(
      'deploy a cluster once, start nothing twice and lose no line, although one of each is killed',
      async () => {
        const [first, second] = places.map((place) => createEngineClient(`http://${place}`));
        if (first === undefined || second === undefined) throw new Error('there are two gateways');
        await first.configure(cluster.clusterConfiguration());
        const [one, other] = await Promise.all([first.deploy(), second.deploy()]);
        expect(other.run).toBe(one.run);
        const { run } = one;
        const reader = followFrom(places, run);

        const { workflow } = new Client({ connection, namespace: NAMESPACE });
        /** Activities of steps, as `workflow activity`, by the process id of the worker that has them or has had them last. */
        const atWork = async (): Promise<ReadonlyMap<number, readonly string[]>> => {
          const found: { pid: number; what: string }[] = [];
          for await (const { workflowId } of workflow.list({ query: 'ExecutionStatus = "Running"' })) {
            if (!workflowId.startsWith('cluster/cf/')) continue;
            const { raw } = await workflow.getHandle(workflowId).describe();
            for (const { activityId, lastWorkerIdentity } of raw.pendingActivities ?? [])
              found.push({ pid: Number.parseInt(lastWorkerIdentity ?? '', 10), what: `${workflowId} ${activityId}` });
          }
          return new Map(
            [...Map.groupBy(found, ({ pid }) => pid)].map(([pid, all]) => [pid, all.map(({ what }) => what)]),
          );
        };

        let victim: Part | undefined;
        let interrupted: readonly string[] = [];
        await until(
          async () => {
            const busy = await atWork();
            victim = workers.find(({ child }) => (busy.get(child.pid ?? 0)?.length ?? 0) > 0);
            interrupted = busy.get(victim?.child.pid ?? 0) ?? [];
            return reached(await first.run(run), 'installRuntimePackages') && victim !== undefined;
          },
          'a worker is at a step',
          5 * MINUTES,
        );
        victim?.child.kill('SIGKILL');
        // Until the other has taken it up, Temporal names the one that had it last.
        await until(
          async () => {
            const left = (await atWork()).get(victim?.child.pid ?? 0) ?? [];
            return !interrupted.some((what) => left.includes(what));
          },
          'the other worker goes on with each step',
          GOES_ON_WITHIN_MS,
        );

        await until(async () => reached(await first.run(run), 'start'), 'an instance starts', 15 * MINUTES);
        gateways[0]?.child.kill('SIGKILL');

        await until(async () => (await second.run(run)).outcome !== null, 'the run ends', 10 * MINUTES);
        expect(await second.run(run)).toMatchObject({ outcome: 'ok', reason: null });
        const ledgers = await Promise.all(cluster.CLUSTER.map((address) => cluster.ledgerOf(address)));
        expect(ledgers.flatMap(startedTwice)).toEqual([]);

        const lines = await reader;
        expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
        expect(lines).toEqual(await readRunLog(`http://${places[1]}`, run));

        const { password } = await second.credentials();
        const { page } = await checkCluster({ haproxy: HAPROXY, domain: DOMAIN, adminPassword: password });
        expect(page).toContain('hello');
      },
      40 * MINUTES,
    );
  },
);

const reached = ({ nodes, instances }: RunView, step: string): boolean =>
  [...nodes, ...instances].some(({ steps }) => steps.some((each) => each.step === step));

interface Line {
  readonly seq: number;
}

/** Every line of a run for a reader who goes on at the next gateway, after the last line it got, when one is gone. */
async function followFrom(places: readonly string[], run: number): Promise<Line[]> {
  const lines: Line[] = [];
  for (const place of places) {
    const query = `run=${run}&until=end&format=json&from=${lines.at(-1)?.seq ?? 0}`;
    const socket = new WebSocket(`ws://${place}/deployment-engine/log?${query}`);
    socket.on('message', (frame: Buffer) => lines.push(JSON.parse(frame.toString('utf8')) as Line));
    socket.on('error', () => undefined);
    const code = await new Promise<number>((resolve) => socket.on('close', resolve));
    if (code === 1000) break;
  }
  return lines;
}
