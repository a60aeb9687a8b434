import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PASSWORD, startPostgres, type TestPostgres, USER } from '../postgres.ts';
import { freePorts } from '../temporal.ts';
import type { BuiltTemporal } from './build.ts';

const run = promisify(execFile);
const DATABASES = { temporal: 'temporal', visibility: 'temporal_visibility' } as const;

export interface RealTemporal {
  readonly address: string;
  /** The PostgreSQL that keeps its workflows, with room for a store. */
  readonly postgres: TestPostgres;
  /** URL of the database of the store, over TCP. */
  readonly storeUrl: string;
  stop(): Promise<void>;
}

/**
 * All of a Temporal server in one process, on a PostgreSQL of its own; ready when clients say so. `keys`: a file with a JWK set, read
 * every second; who calls needs a token signed with one of them.
 */
export async function startRealTemporal(
  { server, sqlTool, schema }: BuiltTemporal,
  keys?: string,
): Promise<RealTemporal> {
  const port = await freePorts(14);
  const ports = Array.from({ length: 10 }, (_, index) => `${port + 1 + index}`);
  const [grpc, http, history, matching, worker, ...members] = ports as [string, string, string, string, string];
  const [ofFrontend = '', ofHistory = '', ofMatching = '', ofWorker = '', metrics = ''] = members as string[];
  const postgres = startPostgres({
    settings: { listen_addresses: '127.0.0.1', port: `${port}`, max_connections: '300' },
  });
  await postgres.ready();
  const sql = {
    SQL_PLUGIN: 'postgres12',
    SQL_HOST: '127.0.0.1',
    SQL_PORT: `${port}`,
    SQL_USER: USER,
    SQL_PASSWORD: PASSWORD,
  };
  for (const [part, database] of Object.entries(DATABASES)) {
    const tool = (...words: string[]) =>
      run(sqlTool, ['--db', database, ...words], { env: { ...process.env, ...sql } });
    await tool('create');
    await tool('setup-schema', '-v', '0.0');
    await tool('update-schema', '-d', join(schema, part));
  }
  const dynamicConfig = join(postgres.folder, 'dynamic-config.yaml');
  // It wants one, and nothing has to stand in it.
  writeFileSync(dynamicConfig, '{}\n');
  const output = openSync(join(postgres.folder, 'temporal.log'), 'a');
  const child: ChildProcess = spawn('setpriv', ['--pdeathsig', 'KILL', server, 'start'], {
    cwd: postgres.folder,
    stdio: ['ignore', output, output],
    env: {
      PATH: process.env['PATH'],
      DB: 'postgres12',
      POSTGRES_SEEDS: '127.0.0.1',
      DB_PORT: `${port}`,
      POSTGRES_USER: USER,
      POSTGRES_PWD: PASSWORD,
      DBNAME: DATABASES.temporal,
      VISIBILITY_DBNAME: DATABASES.visibility,
      NUM_HISTORY_SHARDS: '4',
      BIND_ON_IP: '127.0.0.1',
      TEMPORAL_BROADCAST_ADDRESS: '127.0.0.1',
      FRONTEND_GRPC_PORT: grpc,
      FRONTEND_HTTP_PORT: http,
      HISTORY_GRPC_PORT: history,
      MATCHING_GRPC_PORT: matching,
      WORKER_GRPC_PORT: worker,
      FRONTEND_MEMBERSHIP_PORT: ofFrontend,
      HISTORY_MEMBERSHIP_PORT: ofHistory,
      MATCHING_MEMBERSHIP_PORT: ofMatching,
      WORKER_MEMBERSHIP_PORT: ofWorker,
      PROMETHEUS_ENDPOINT: `127.0.0.1:${metrics}`,
      DYNAMIC_CONFIG_FILE_PATH: dynamicConfig,
      LOG_LEVEL: 'warn',
      ...(keys === undefined ? { TEMPORAL_ALLOW_NO_AUTH: 'true' } : asking(keys, port + 11)),
    },
  });
  closeSync(output);
  return {
    address: `127.0.0.1:${grpc}`,
    postgres,
    storeUrl: `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/postgres`,
    stop: async () => {
      const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
      child.kill('SIGKILL');
      await gone;
      await postgres.remove();
    },
  };
}

/** Its own parts speak to a front end that asks for no token. `port`: the first of three. */
const asking = (keys: string, port: number): Record<string, string> => ({
  TEMPORAL_AUTH_AUTHORIZER: 'default',
  TEMPORAL_AUTH_CLAIM_MAPPER: 'default',
  TEMPORAL_JWT_KEY_SOURCE1: `file://${keys}`,
  TEMPORAL_JWT_KEY_REFRESH: '1s',
  TEMPORAL_SERVICES: 'frontend,internal-frontend,history,matching,worker',
  USE_INTERNAL_FRONTEND: 'true',
  INTERNAL_FRONTEND_GRPC_PORT: `${port}`,
  INTERNAL_FRONTEND_MEMBERSHIP_PORT: `${port + 1}`,
  INTERNAL_FRONTEND_HTTP_PORT: `${port + 2}`,
});
