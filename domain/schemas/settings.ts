import { z } from 'zod';
import { DeploymentEngineError, type Problem } from '../errors.ts';
import { callerProblems } from './callers.ts';
import { nearest } from './nearest.ts';
import {
  clusterName,
  duration,
  type HostAndPort,
  hostAndPort,
  httpUrl,
  list,
  masterKey,
  origins,
  port,
  text,
  wholeNumber,
} from './settings-values.ts';

export type { HostAndPort };

/** The environment as Node gives it. */
export type Environment = Readonly<Record<string, string | undefined>>;

interface Setting {
  readonly variable: string;
  /** Shown by `--help`; says what happens when the setting is absent where there is no default. */
  readonly description: string;
  /** As it would be written; undefined = absent. */
  readonly default: string | undefined;
  readonly schema: z.ZodType;
  /** Kept off the command line, which every user of the machine can read. */
  readonly isSecret?: boolean;
}

const setting = <Schema extends z.ZodType>(
  variable: string,
  schema: Schema,
  standard: string,
  description: string,
) => ({
  variable,
  schema,
  default: standard,
  description,
});

const optional = <Schema extends z.ZodType>(variable: string, schema: Schema, description: string) => ({
  variable,
  schema: schema.optional(),
  default: undefined,
  description,
});

/** Every setting of the engine: the one table behind parsing, `--help` and the documentation. */
export const SETTINGS = {
  listen: setting('DEPLOYMENT_ENGINE_LISTEN', hostAndPort, '127.0.0.1:50000', 'address and port of the API'),
  dataDir: setting('DEPLOYMENT_ENGINE_DATA_DIR', text, './data', 'folder of everything the engine remembers'),
  cacheDir: optional(
    'DEPLOYMENT_ENGINE_CACHE_DIR',
    text,
    'folder of mirror and downloads (default /var/cache/deployment-engine for root, else ~/.cache/deployment-engine)',
  ),
  mirrorListen: optional(
    'DEPLOYMENT_ENGINE_MIRROR_LISTEN',
    hostAndPort,
    'address and port of the mirror (default port 50001 of the configured home)',
  ),
  release: optional(
    'DEPLOYMENT_ENGINE_RELEASE',
    text,
    'release to deploy: a tarball, a folder, or a releases/*.yml in one (default: what ./local_build.sh took in last)',
  ),
  cluster: setting('DEPLOYMENT_ENGINE_CLUSTER', clusterName, 'cf', 'name of the cluster, part of every workflow id'),
  auth: setting(
    'DEPLOYMENT_ENGINE_AUTH',
    z.enum(['auto', 'tokens', 'none-i-know']),
    'auto',
    'auto asks callers for tokens where other machines reach the API, tokens always, none-i-know never',
  ),
  tlsCert: optional('DEPLOYMENT_ENGINE_TLS_CERT', text, 'file (PEM) with the certificate of the API and its chain'),
  tlsKey: optional(
    'DEPLOYMENT_ENGINE_TLS_KEY',
    text,
    'file (PEM) with its private key; both are read anew when they change',
  ),
  tls: setting(
    'DEPLOYMENT_ENGINE_TLS',
    z.enum(['auto', 'behind-proxy']),
    'auto',
    'behind-proxy: a proxy in front of the API speaks TLS with callers; auto: the API does where it has a certificate',
  ),
  proxies: setting(
    'DEPLOYMENT_ENGINE_PROXIES',
    list,
    '',
    'addresses of such proxies besides this machine, separated by commas: their X-Forwarded-For and -Proto are believed',
  ),
  names: setting('DEPLOYMENT_ENGINE_NAMES', list, '', 'further host names the API is reached by, separated by commas'),
  origins: setting(
    'DEPLOYMENT_ENGINE_ORIGINS',
    origins,
    '',
    'further web pages that may call the API, separated by commas',
  ),
  patience: setting(
    'DEPLOYMENT_ENGINE_PATIENCE',
    duration,
    '15m',
    'how long an unreachable node is retried before it parks',
  ),
  selfRetry: setting(
    'DEPLOYMENT_ENGINE_SELF_RETRY',
    duration,
    '10m',
    'when a parked step whose cause may go away first retries itself; doubles each time',
  ),
  selfRetryMax: setting('DEPLOYMENT_ENGINE_SELF_RETRY_MAX', duration, '6h', 'longest wait between two such retries'),
  startDeadline: setting(
    'DEPLOYMENT_ENGINE_START_DEADLINE',
    duration,
    '3m',
    'how long an instance may take until it runs',
  ),
  passwordWindow: setting(
    'DEPLOYMENT_ENGINE_PASSWORD_WINDOW',
    duration,
    '1m',
    'a node is shown at most two wrong passwords within this time, so that the account is not locked',
  ),
  maxInFlight: setting(
    'DEPLOYMENT_ENGINE_MAX_IN_FLIGHT',
    wholeNumber(1, 1000),
    '50',
    'nodes that are prepared at the same time',
  ),
  logRetention: setting(
    'DEPLOYMENT_ENGINE_LOG_RETENTION',
    duration,
    '90d',
    'how long the log of a run is kept after its end; how it ended, and the newest run, are kept for ever',
  ),
  temporalAddress: optional(
    'TEMPORAL_ADDRESS',
    hostAndPort,
    'host:port of a Temporal server to use (default: the engine starts its own)',
  ),
  temporalUi: optional(
    'DEPLOYMENT_ENGINE_TEMPORAL_UI',
    hostAndPort,
    "host:port of that server's Web UI, run with public path /temporal (default: the engine's own)",
  ),
  temporalBin: optional(
    'DEPLOYMENT_ENGINE_TEMPORAL_BIN',
    text,
    'temporal program to start (default: found or downloaded)',
  ),
  temporalPort: setting(
    'DEPLOYMENT_ENGINE_TEMPORAL_PORT',
    port,
    '7233',
    'port of the own Temporal server; the next two are used too',
  ),
  temporalUiPort: optional(
    'DEPLOYMENT_ENGINE_TEMPORAL_UI_PORT',
    wholeNumber(1, 65_535),
    'port of its Web UI, on an address that only the API is told (default: drawn once)',
  ),
  keyFile: optional(
    'DEPLOYMENT_ENGINE_KEY_FILE',
    text,
    'file with the master key of all secrets, 64 hex digits (default: made once, in data/keys)',
  ),
  key: {
    ...optional('DEPLOYMENT_ENGINE_KEY', masterKey, 'the master key itself; a file is read by fewer'),
    isSecret: true,
  },
  serialFile: optional(
    'DEPLOYMENT_ENGINE_SERIAL_FILE',
    text,
    'file with the serial to activate the engine with as it starts',
  ),
  serial: {
    ...optional('DEPLOYMENT_ENGINE_SERIAL', text, 'the serial itself; a file is read by fewer'),
    isSecret: true,
  },
  activationUrl: optional(
    'DEPLOYMENT_ENGINE_ACTIVATION_URL',
    httpUrl,
    "the vendor's server, which is asked too before a serial is taken (default: its signature is enough)",
  ),
  activationKey: optional(
    'DEPLOYMENT_ENGINE_ACTIVATION_KEY',
    text,
    "another vendor's public key, for tests; a packaged engine ignores it",
  ),
  databaseUrl: optional(
    'DATABASE_URL',
    text,
    'PostgreSQL to keep everything in: not available yet (SQLite in the data folder)',
  ),
} as const satisfies Record<string, Setting>;

type Values = { readonly [Name in keyof typeof SETTINGS]: z.output<(typeof SETTINGS)[Name]['schema']> };

/** Durations in milliseconds; folders as written. */
export interface Settings extends Omit<Values, 'cacheDir'> {
  readonly cacheDir: string;
}

/** Reads the settings; throws `InvalidSettings` with every problem. An empty variable counts as absent. */
export function parseSettings(env: Environment): Settings {
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  for (const [name, { variable, schema, default: standard }] of Object.entries<Setting>(SETTINGS)) {
    const result = schema.safeParse(env[variable] || standard);
    if (result.success) values[name] = result.data;
    else problems.push(...result.error.issues.map(({ message }) => ({ pointer: variable, message })));
  }
  const settings = { cacheDir: defaultCacheDir(env), ...definedIn(values) } as unknown as Settings;
  if (problems.length === 0) problems.push(...callerProblems(settings), ...twoKeys(settings), ...twoSerials(settings));
  if (problems.length > 0) throw invalid(problems);
  return settings;
}

/** What else of the repository reads, and may stand in the same shell's environment: the test nodes, and clients. */
const OF_OTHERS = [
  'DEPLOYMENT_ENGINE_NODES_DIR',
  'DEPLOYMENT_ENGINE_URL',
  'DEPLOYMENT_ENGINE_TOKEN',
  'DEPLOYMENT_ENGINE_TOKEN_FILE',
];

/** One warning per `DEPLOYMENT_ENGINE_*` variable that means nothing to the engine. */
export function unknownSettings(env: Environment): string[] {
  const known = Object.values<Setting>(SETTINGS).map(({ variable }) => variable);
  return Object.keys(env)
    .filter((variable) => variable.startsWith('DEPLOYMENT_ENGINE_') && ![...known, ...OF_OTHERS].includes(variable))
    .map((variable) => `${variable} is not a setting and has no effect; did you mean ${nearest(variable, known)}?`);
}

/** `DEPLOYMENT_ENGINE_DATA_DIR` -> `--data-dir`. */
export const optionOf = ({ variable }: Pick<Setting, 'variable'>): string =>
  `--${variable
    .replace(/^DEPLOYMENT_ENGINE_/, '')
    .toLowerCase()
    .replaceAll('_', '-')}`;

/** Where the Temporal server is reached, own or not. */
export const temporalTarget = ({ temporalAddress, temporalPort }: Settings): HostAndPort =>
  temporalAddress ?? { host: '127.0.0.1', port: temporalPort };

/** `127.0.0.1:50000`, `[::1]:50000`. */
export const authority = ({ host, port: number }: HostAndPort): string =>
  `${host.includes(':') ? `[${host}]` : host}:${number}`;

const twoKeys = ({ key, keyFile }: Settings): Problem[] =>
  key === undefined || keyFile === undefined
    ? []
    : [{ pointer: SETTINGS.keyFile.variable, message: `${SETTINGS.key.variable} is set too; keep one of them` }];

const twoSerials = ({ serial, serialFile }: Settings): Problem[] =>
  serial === undefined || serialFile === undefined
    ? []
    : [{ pointer: SETTINGS.serialFile.variable, message: `${SETTINGS.serial.variable} is set too; keep one of them` }];

// Services that systemd starts as root have no HOME.
const defaultCacheDir = ({ HOME: home }: Environment): string =>
  home === undefined || home === '' || home === '/root' || home === '/'
    ? '/var/cache/deployment-engine'
    : `${home}/.cache/deployment-engine`;

const definedIn = (values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

function invalid(problems: readonly Problem[]): DeploymentEngineError {
  const lines = problems.map(({ pointer, message }) => `${pointer}: ${message}`);
  return new DeploymentEngineError('InvalidSettings', lines.join('\n'), { details: { errors: problems } });
}
