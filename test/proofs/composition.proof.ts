import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { checkCluster } from '../../sample/cluster-check.ts';
import { createEngineClient, type EngineClient, type RunView } from '../../sample/demo/engine-client.ts';
import { DOMAIN } from '../../sample/demo/layout.ts';
import * as cluster from '../integration/test-cluster.ts';
import { builtProgram, COMPOSE, TEMPORAL_UI } from './composition/go-programs.ts';
import { startedTwice } from '../support/ledger.ts';
import { ACTIVATED_SETTINGS } from '../support/serials.ts';
import { builtTemporal, HOW_TO_BUILD } from '../support/temporal-server/build.ts';
import { freePorts } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { startAsProcesses } from './composition/as-processes.ts';
import { type Docker, startDocker } from './composition/docker.ts';
import { NODES_SIDE, startInDocker } from './composition/in-docker.ts';
import type { Running } from './composition/running.ts';

const MINUTES = 60_000;
const [HAPROXY = ''] = cluster.CLUSTER;

async function reasonToSkip(): Promise<string | undefined> {
  if ((await builtTemporal()) === undefined) return HOW_TO_BUILD;
  if (builtProgram(TEMPORAL_UI) === undefined || builtProgram(COMPOSE) === undefined)
    return 'docker compose and the Temporal Web UI, which node test/proofs/composition/go-programs.ts builds where Go is installed';
  return cluster.reasonToSkip();
}

const lacks = await reasonToSkip();

describe.skipIf(lacks !== undefined)(
  `docker-compose.yml${lacks === undefined ? '' : ` (left out: needs ${lacks})`}`,
  () => {
    let docker: Docker | string;
    let running: Running;
    let client: EngineClient;

    beforeAll(async () => {
      await cluster.nodes('down', '--wipe');
      await cluster.nodes('up', '4');
      await Promise.all(cluster.CLUSTER.map((address) => cluster.setRootPassword(address)));
      const wanted = { home: cluster.HOME, port: await freePorts(3), settings: ACTIVATED_SETTINGS };
      docker = await startDocker();
      if (typeof docker === 'string') {
        console.log(`No Docker engine here (${docker}): the services of docker-compose.yml run as plain processes.`);
        running = await startAsProcesses(wanted);
      } else {
        for (const address of cluster.CLUSTER)
          await cluster.onNode(address, `ip route add ${NODES_SIDE} via ${cluster.HOME}`);
        running = await startInDocker(docker, wanted);
      }
      setDefaultCACertificates([...getCACertificates('default'), running.certificate]);
      client = createEngineClient(running.url, running.token);
    }, 30 * MINUTES);

    afterAll(async () => {
      await running?.stop();
      if (typeof docker === 'object') await docker.stop();
      await cluster.nodes('down', '--wipe');
    }, 5 * MINUTES);

    it(
      'deploys the sample cluster while a worker and then a gateway are killed',
      async () => {
        const ui = await fetch(`${running.url}/temporal/`, bearer(running));
        expect(ui.status).toBe(200);
        expect((await fetch(`${running.url}/deployment-engine/runs`)).status).toBe(401);

        await client.configure(cluster.clusterConfiguration());
        const { run } = await client.deploy();
        const lines = followRun(running, run);
        const view = (): Promise<RunView | undefined> => client.run(run).catch(() => undefined);

        await until(async () => reached(await view(), 'installRuntimePackages'), 'nodes are prepared', 15 * MINUTES);
        await running.killOne('worker');
        await until(async () => reached(await view(), 'start'), 'an instance starts', 30 * MINUTES);
        await running.killOne('gateway');
        await until(async () => typeof (await view())?.outcome === 'string', 'the run ends', 20 * MINUTES);

        expect(await view()).toMatchObject({ outcome: 'ok', reason: null });
        const ledgers = await Promise.all(cluster.CLUSTER.map((address) => cluster.ledgerOf(address)));
        expect(ledgers.flatMap(startedTwice)).toEqual([]);
        const seen = await lines;
        expect(seen).toEqual(seen.map((_, index) => index + 1));
        expect(seen.length).toBeGreaterThan(0);

        const { password } = await client.credentials();
        const { page } = await checkCluster({ haproxy: HAPROXY, domain: DOMAIN, adminPassword: password });
        expect(page).toContain('hello');
      },
      70 * MINUTES,
    );

    it(
      'gets new passwords of the database, with the commands of docs/production.md',
      async ({ skip }) => {
        const { compose, renewSecrets } = running;
        if (compose === undefined || renewSecrets === undefined) return skip('the services run without Docker');
        const asked = ['exec', '-T', 'postgres', 'psql', '-At', '-U', 'postgres', '-c'];
        const stored = () =>
          compose([...asked, "select rolname, rolpassword from pg_authid where rolname <> 'postgres'"]);
        const before = await stored();
        await renewSecrets(['database-url', 'temporal-database-password']);
        await compose(['up', '--detach', '--force-recreate', '--wait', 'postgres']);
        await compose(['exec', '-T', 'postgres', 'sh', '/docker-entrypoint-initdb.d/make-databases.sh']);
        await compose(['up', '--detach', '--force-recreate', '--wait', '--wait-timeout', '600']);
        expect(await stored()).not.toBe(before);
        expect((await fetch(`${running.url}/deployment-engine/health`, bearer(running))).status).toBe(200);
        expect(await client.call('GET', '/runs')).toBeInstanceOf(Array);
      },
      30 * MINUTES,
    );

    it(
      'is scaled, saved, and restored on new volumes, with the commands of docs/production.md',
      async ({ skip }) => {
        const { compose } = running;
        if (compose === undefined) return skip('the services run without Docker');
        const up = (...words: string[]) => compose(['up', '--detach', '--wait', '--wait-timeout', '600', ...words]);
        const health = async (): Promise<number> =>
          (await fetch(`${running.url}/deployment-engine/health`, bearer(running))).status;

        await up('--scale', 'worker=4', '--scale', 'gateway=3');
        const count = async (service: string) => (await compose(['ps', '--quiet', service])).split('\n').length;
        expect([await count('worker'), await count('gateway')]).toEqual([4, 3]);
        expect(await health()).toBe(200);
        const before = await client.call('GET', '/runs');

        await compose(['stop', 'gateway', 'worker', 'temporal']);
        const saved = await compose(['exec', '-T', 'postgres', 'pg_dumpall', '--username', 'postgres']);
        await compose(['down', '--volumes', '--timeout', '5']);
        await compose(['up', '--detach', '--wait', 'postgres']);
        await compose(['exec', '-T', 'postgres', 'psql', '--quiet', '--username', 'postgres'], saved);
        await up();

        expect(await client.call('GET', '/runs')).toEqual(before);
        // Temporal's side of it too.
        const [{ run } = { run: 0 }] = before as { run: number }[];
        const timeline = `/temporal/api/v1/namespaces/deployment-engine/workflows/cluster%2Fcf`;
        expect([run, (await fetch(`${running.url}${timeline}`, bearer(running))).status]).toEqual([run, 200]);
      },
      30 * MINUTES,
    );
  },
);

const bearer = ({ token }: Running) => ({ headers: { authorization: `Bearer ${token}` } });

const reached = (run: RunView | undefined, step: string): boolean =>
  [...(run?.nodes ?? []), ...(run?.instances ?? [])].some(({ steps }) => steps.some((each) => each.step === step));

/** Numbers of all lines of a run, for a reader who asks the proxy again, after the last line it got, when it is cut off. */
async function followRun({ url, token }: Running, run: number): Promise<number[]> {
  const lines: number[] = [];
  for (;;) {
    const query = `run=${run}&until=end&format=json&from=${lines.at(-1) ?? 0}`;
    const socket = new WebSocket(`${url.replace('https', 'wss')}/deployment-engine/log?${query}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    socket.on('message', (frame: Buffer) => lines.push((JSON.parse(frame.toString('utf8')) as { seq: number }).seq));
    socket.on('error', () => undefined);
    const code = await new Promise<number>((resolve) => socket.on('close', resolve));
    if (code === 1000) return lines;
  }
}
