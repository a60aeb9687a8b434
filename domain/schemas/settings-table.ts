// Over 200 lines, because it is one table, of which every part reads alike.
import { z } from 'zod';
import {
  addresses,
  clusterName,
  databaseUrl,
  duration,
  durationBetween,
  hostAndPort,
  hostAndPortOrUrl,
  httpUrl,
  list,
  masterKey,
  networks,
  origins,
  port,
  text,
  wholeNumber,
} from './settings-values.ts';

export interface Setting {
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
  mirrorAddresses: setting(
    'DEPLOYMENT_ENGINE_MIRROR_ADDRESSES',
    addresses,
    '',
    'where nodes reach the mirror, separated by commas, if not at this machine: home may be one of them',
  ),
  release: optional(
    'DEPLOYMENT_ENGINE_RELEASE',
    text,
    'release to deploy: a tarball, a folder, or a releases/*.yml in one (default: what ./local_build.sh took in last)',
  ),
  cluster: setting('DEPLOYMENT_ENGINE_CLUSTER', clusterName, 'cf', 'name of the cluster, part of every workflow id'),
  language: setting(
    'DEPLOYMENT_ENGINE_LANGUAGE',
    z.enum(['en', 'zh']),
    'en',
    'language of log, terminal and Temporal Web UI: en or zh; answers of the API follow Accept-Language',
  ),
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
    networks,
    '',
    'addresses or networks of such proxies besides this machine, separated by commas: their X-Forwarded-For is believed',
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
  metricsListen: optional(
    'DEPLOYMENT_ENGINE_METRICS_LISTEN',
    hostAndPort,
    "address and port of the worker's /metrics for Prometheus, without tokens (default: off)",
  ),
  temporalAddress: optional(
    'TEMPORAL_ADDRESS',
    hostAndPort,
    'host:port of a Temporal server to use (default: the engine starts its own)',
  ),
  temporalNamespace: optional('TEMPORAL_NAMESPACE', text, 'namespace there, registered where it is missing (default)'),
  temporalApiKey: {
    ...optional(
      'TEMPORAL_API_KEY',
      text,
      'key that Temporal Cloud asks for; in TEMPORAL_CONFIG_FILE it is read by fewer',
    ),
    isSecret: true,
  },
  temporalTls: optional('TEMPORAL_TLS', z.enum(['true', 'false']), 'true: speak TLS with it (default with an API key)'),
  temporalTlsCa: optional('TEMPORAL_TLS_SERVER_CA_CERT_PATH', text, 'file (PEM) with the authority of its certificate'),
  temporalTlsName: optional('TEMPORAL_TLS_SERVER_NAME', text, 'name in its certificate, if it is not the address'),
  temporalTlsCert: optional('TEMPORAL_TLS_CLIENT_CERT_PATH', text, 'file (PEM) with our certificate for it'),
  temporalTlsKey: optional('TEMPORAL_TLS_CLIENT_KEY_PATH', text, 'file (PEM) with the private key of that'),
  temporalConfigFile: optional(
    'TEMPORAL_CONFIG_FILE',
    text,
    "file (TOML) of Temporal's own with such settings; each variable overrides what stands there",
  ),
  temporalProfile: optional('TEMPORAL_PROFILE', text, 'profile in it (default)'),
  temporalUi: optional(
    'DEPLOYMENT_ENGINE_TEMPORAL_UI',
    hostAndPortOrUrl,
    "that server's Web UI: host:port of one with public path /temporal is passed on, an http(s) URL is led to",
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
  databaseUrlFile: optional('DATABASE_URL_FILE', text, 'file with the URL of the PostgreSQL to keep everything in'),
  databaseUrl: {
    ...optional(
      'DATABASE_URL',
      databaseUrl,
      'the URL itself, with its password; a file is read by fewer (default: SQLite in the data folder)',
    ),
    isSecret: true,
  },
  databaseConnections: setting(
    'DEPLOYMENT_ENGINE_DATABASE_CONNECTIONS',
    wholeNumber(2, 1_000),
    '10',
    'connections to PostgreSQL that each gateway and each worker opens at most, and one more to hear of new lines',
  ),
  databaseTimeout: setting(
    'DEPLOYMENT_ENGINE_DATABASE_TIMEOUT',
    // For PostgreSQL 0 is no limit, and 25 days are more milliseconds than it can count.
    durationBetween('1s', '1d'),
    '30s',
    'for how long PostgreSQL may work on one statement, from 1s to 1d',
  ),
} as const satisfies Record<string, Setting>;
