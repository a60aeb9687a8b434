import { readFileSync } from 'node:fs';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import pg, { type ClientConfig } from 'pg';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { type DatabaseAddress, databaseAddress, type DatabaseTls } from '../../domain/schemas/database-url.ts';

const INT8 = 20;
const CONNECT_MS = 5_000;
/** Longer than the server's own limit, which ends a statement in better order. */
const SPARE_MS = 5_000;

export interface PostgresSettings {
  readonly url: string;
  /** Names the schema. */
  readonly cluster: string;
  readonly connections: number;
  /** Milliseconds that a statement may take. */
  readonly timeout: number;
}

/** For messages: `PostgreSQL at db.example:5432, database engine`. */
export function placeOf(url: string): string {
  const { host, port, database } = databaseAddress(url);
  return `PostgreSQL at ${host.includes(':') ? `[${host}]` : host}:${port}, database ${database},`;
}

export function connectionSettings({ url, cluster, timeout }: PostgresSettings): ClientConfig {
  const { tls, ...address } = databaseAddress(url);
  return {
    ...given(address),
    // Said where there is none, too: else PGSSLMODE would decide. On a socket there never is, whatever the URL says.
    ssl: tls !== undefined && !address.host.startsWith('/') && tlsSettings(tls, address),
    options: `-c search_path="${cluster}"`,
    application_name: `deployment-engine ${cluster}`,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: timeout,
    query_timeout: timeout + SPARE_MS,
    // What a frozen process holds must not stop the others for ever.
    idle_in_transaction_session_timeout: timeout,
    keepAlive: true,
    types: { getTypeParser: (type, format) => (type === INT8 ? Number : pg.types.getTypeParser(type, format)) },
  };
}

const given = ({ host, port, user, password, database }: Omit<DatabaseAddress, 'tls'>): ClientConfig => ({
  host,
  port,
  database,
  ...(user === undefined ? {} : { user }),
  ...(password === undefined ? {} : { password }),
});

function tlsSettings({ mode, rootCertificate, certificate: own, key }: DatabaseTls, { host }: { host: string }) {
  const isTrustedBlindly = mode === 'require' && rootCertificate === undefined;
  return {
    rejectUnauthorized: !isTrustedBlindly,
    // pg sends the server's name by itself, and none where there is an address.
    checkServerIdentity: (_name: string, certificate: PeerCertificate) =>
      mode === 'verify-full' ? checkServerIdentity(host, certificate) : undefined,
    ...(rootCertificate === undefined ? {} : { ca: read('sslrootcert', rootCertificate) }),
    ...(own === undefined ? {} : { cert: read('sslcert', own) }),
    ...(key === undefined ? {} : { key: read('sslkey', key) }),
  };
}

function read(parameter: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new DeploymentEngineError('EnvironmentLacking', `DATABASE_URL: ${parameter} ${file} cannot be read.`, {
      cause,
    });
  }
}
