import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { isWorking, MASTER_KEY, type Part, startPart, stopParts } from '../server/parts.ts';
import { programs } from '../support/postgres.ts';
import { builtTemporal } from '../support/temporal-server/build.ts';
import { developmentServer, realServer, type Surroundings } from '../support/temporal-server/surroundings.ts';
import { freePorts } from '../support/temporal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { createTestEngine, type TestEngine } from './test-engine.ts';

const READY_WITHIN_MS = 400_000;
const isRealHere = (await builtTemporal()) !== undefined;
const isPostgresHere = programs() !== undefined;

/** Of what `createComposedEngine` makes here, for the names of tests. */
export const COMPOSITION = isPostgresHere
  ? `two gateways and two workers on PostgreSQL and ${isRealHere ? 'temporal-server' : 'the development server (temporal-server is not built)'}`
  : 'one engine (PostgreSQL is not installed)';

type ComposedEngine = Omit<TestEngine, 'pidOf' | 'killSupervisor'>;

/**
 * Two gateways, behind one address that gives connections to each in turn, and two workers, on PostgreSQL and a Temporal server;
 * where PostgreSQL is not installed one engine, as everywhere else.
 */
export async function createComposedEngine(): Promise<ComposedEngine> {
  const engine = await createTestEngine(temporaryFolder());
  if (!isPostgresHere) return engine;
  const ports = await freePorts(2);
  const places = [ports, ports + 1];
  let temporal: Surroundings | undefined;
  let proxy: Server | undefined;
  let workers: Part[] = [];
  let settings: Readonly<Record<string, string>> = {};
  const part = (role: string, listen = ''): Part =>
    startPart(role, {
      ...engine.settings,
      ...settings,
      DEPLOYMENT_ENGINE_DATA_DIR: temporaryFolder(),
      ...(listen === '' ? {} : { DEPLOYMENT_ENGINE_LISTEN: listen }),
    });
  const works = (worker: Part) =>
    until(() => isWorking(worker), 'a worker works', READY_WITHIN_MS).catch((error: Error) => {
      throw new Error(`${error.message}: ${worker.output()}`);
    });

  return {
    ...engine,
    get temporalAddress() {
      return temporal?.address ?? '';
    },

    async start(given = {}) {
      temporal ??= await (isRealHere ? realServer() : developmentServer());
      settings = {
        ...given,
        DEPLOYMENT_ENGINE_KEY: MASTER_KEY,
        DATABASE_URL: temporal.databaseUrl,
        TEMPORAL_ADDRESS: temporal.address,
      };
      part('mirror');
      for (const port of places) part('gateway', `127.0.0.1:${port}`);
      workers = [part('worker'), part('worker')];
      proxy = await inTurn(places, Number(new URL(engine.base).port));
      await Promise.all(workers.map(works));
      await engine.ready(() => false);
    },

    async stop() {
      proxy?.close();
      await stopParts();
      await temporal?.stop();
      temporal = undefined;
      return 0;
    },

    /** kill -9 of the first worker; the second one has its work before a new one is started. */
    async kill(name) {
      if (name !== 'worker') throw new Error(`nothing supervises a ${name} here`);
      const [victim, survivor] = workers;
      if (victim === undefined || survivor === undefined) throw new Error('the workers do not run');
      victim.child.kill('SIGKILL');
      const next = part('worker');
      workers = [survivor, next];
      await works(next);
    },
  };
}

/** As a proxy in front of the gateways, which need not know what it carries. */
async function inTurn(places: readonly number[], port: number): Promise<Server> {
  let count = 0;
  const server = createServer((client) => {
    const gateway = connect(places[count++ % places.length] ?? 0, '127.0.0.1');
    client.on('error', () => gateway.destroy()).on('close', () => gateway.destroy());
    gateway.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.pipe(gateway).pipe(client);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
