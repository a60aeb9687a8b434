import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { type Logger, pino } from 'pino';
import { expect, onTestFinished } from 'vitest';
import { createActivation } from '../../activation/activate.ts';
import type { ApiDependencies } from '../../api/api-dependencies.ts';
import { createApp } from '../../api/app.ts';
import { createCallers } from '../../api/callers/callers.ts';
import type { DryRun } from '../../api/candidate/dry-run.ts';
import { createGuard } from '../../api/http/guard.ts';
import { createHttpServer, type HttpLimits, LIMITS } from '../../api/http/http-server.ts';
import { createTurns, LOOKS } from '../../api/http/turns.ts';
import { createLogReaders } from '../../api/log-socket/log-readers.ts';
import { attachLogSocket } from '../../api/log-socket/log-socket.ts';
import type { ClusterClient } from '../../api/temporal/cluster-client.ts';
import type { LogLevel } from '../../domain/run/log.ts';
import type { Outcome, Run } from '../../domain/run/run.ts';
import { type Environment, parseSettings } from '../../domain/schemas/settings.ts';
import { createLiveTails, followLog } from '../../store/log/log-follow.ts';
import { openStore } from '../../store/open-store.ts';
import type { Store } from '../../store/store.ts';
import { VENDOR_SETTINGS } from '../support/serials.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { noteAnswer } from './openapi/answers.ts';
import { type Answered, undescribedIn } from './openapi/described.ts';

/** A Temporal that always answers, and whose answers a test replaces. */
const willingCluster = (): ClusterClient => ({
  operate: () => Promise.resolve({ run: 7, notDone: {}, notes: {} }),
  deploy: (revision) => Promise.resolve({ run: 7, revision }),
  inspect: () => Promise.resolve(),
  copyLog: () => Promise.resolve(),
  resolve: ({ action }) => Promise.resolve(`${action}: everything`),
  cancel: () => Promise.resolve('run 1 is being cancelled'),
  status: () => Promise.resolve(undefined),
  stateOf: () => Promise.resolve('running'),
  goesOn: () => Promise.resolve(false),
  namespaceId: () => Promise.resolve('own'),
  health: () => Promise.resolve({ temporal: true, worker: true }),
  close: () => Promise.resolve(),
});

export interface Gateway {
  readonly app: Express;
  readonly url: string;
  readonly store: Store;
  readonly dataDir: string;
  /** Replace its members to have Temporal answer otherwise. */
  readonly cluster: ClusterClient;
  fetch(path: string, options?: RequestInit): Promise<Response>;
}

interface GatewayOptions {
  /** Default: everything can be rendered. */
  readonly dryRun?: DryRun;
  readonly env?: Environment;
  readonly clock?: () => number;
  /** Default: none. */
  readonly damage?: ApiDependencies['damage'];
  /** Default: silent. */
  readonly log?: Logger;
  /** Default: those of the product. */
  readonly limits?: Partial<HttpLimits>;
}

/** The gateway over a real store on a port of its own, gone when the test has finished. */
export async function startGateway({
  env = {},
  clock = Date.now,
  dryRun = async () => [],
  damage = () => [],
  log = pino({ level: 'silent' }),
  limits = {},
}: GatewayOptions = {}): Promise<Gateway> {
  const dataDir = temporaryFolder();
  const store = await openStore({ dataDir, clock });
  const cluster = willingCluster();
  const settings = parseSettings({ DEPLOYMENT_ENGINE_DATA_DIR: dataDir, ...VENDOR_SETTINGS, ...env });
  const live = createLiveTails(store.log, { pollMs: 10 });
  const dependencies: ApiDependencies = {
    store,
    cluster,
    namespace: 'default',
    callers: createCallers({ settings, store, clock }),
    readers: createLogReaders(),
    followRun: ({ untilEnd, ...options }) =>
      followLog(store.log, { ...options, live, ...(untilEnd ? { until: 'end' as const } : {}) }),
    dryRun,
    looks: createTurns(LOOKS),
    release: async () => undefined,
    releaseName: async () => 'cf',
    activate: createActivation({ store, settings, releaseName: async () => 'cf', clock }),
    settings,
    log,
    damage,
    ownAddresses: () => ['10.10.101.180'],
    ownNetworks: () => ['10.10.101.180/24'],
    clock,
  };
  const guard = createGuard(dependencies);
  const app = createApp(dependencies, guard);
  const server = createHttpServer(app, { ...LIMITS, ...limits });
  const logSocket = attachLogSocket(server, dependencies, guard);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    logSocket.close();
    server.close();
    server.closeAllConnections();
    await store.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { app, url, store, dataDir, cluster, fetch: (path, options) => describedAnswer(url, path, options) };
}

/** Asks, and has the answer be as the API is described. */
async function describedAnswer(url: string, path: string, options?: RequestInit): Promise<Response> {
  const answer = await fetch(url + path, options);
  const { status, headers } = answer;
  const text = await answer.clone().text();
  expectDescribed({ method: options?.method ?? 'GET', path, status, headers, text });
  return answer;
}

/** Has an answer be as the API is described, and counts it among those that a test has seen. */
export function expectDescribed(answered: Answered): void {
  noteAnswer(answered);
  // Faults of the engine are described nowhere; tests have some on purpose.
  if (!answered.text.includes('"code":"InternalError"')) expect(undescribedIn(answered)).toEqual([]);
}

/** A configuration as the document has it. */
export const configurationDocument = (nats: readonly string[] = ['10.10.101.182', '10.10.101.183']) => ({
  components: { haproxy: ['10.10.101.181'], nats, dea: ['10.10.101.182'] },
  properties: {
    domain: 'cf.local',
    disksize: 15,
    checkdisk: 1,
    adduser: 1,
    user: 'vcap',
    password: 'a-long-password',
    root: 'another-long-password',
    home: '10.10.101.180',
  },
});

export const postConfiguration = (
  { fetch: ask }: Pick<Gateway, 'fetch'>,
  document: unknown = configurationDocument(),
  headers: Record<string, string> = {},
): Promise<Response> => ask('/deployment-engine/config', { method: 'POST', body: JSON.stringify(document), headers });

export const beginRun = ({ store }: Pick<Gateway, 'store'>, temporalRunId: string, revision = 1): Promise<Run> =>
  store.runs.begin({ operation: 'deploy', revision, release: 'f'.repeat(64), workflowId: 'cluster/cf', temporalRunId });

export const endRun = ({ store }: Pick<Gateway, 'store'>, run: number, outcome: Outcome = 'ok'): Promise<Run> =>
  store.runs.finish(run, outcome, undefined, line(`deploy ${run} OK`));

export const line = (text: string, stream = 'local', level: LogLevel = 'info') => ({
  stream,
  node: undefined,
  step: undefined,
  level,
  line: text,
});
