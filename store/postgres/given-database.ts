import { readFileSync } from 'node:fs';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { databaseUrlFault } from '../../domain/schemas/database-url.ts';
import type { PostgresSettings } from './connection-settings.ts';

/** As the settings name them. */
export interface DatabaseOptions {
  /** PostgreSQL; default: SQLite in the data folder. */
  readonly databaseUrl?: string | undefined;
  /** A file with the URL. */
  readonly databaseUrlFile?: string | undefined;
  /** Default `cf`. */
  readonly cluster?: string;
  /** Default 10. */
  readonly databaseConnections?: number;
  /** Milliseconds; default 30 s. */
  readonly databaseTimeout?: number;
}

/** Undefined = no PostgreSQL. Throws `InvalidSettings` for a URL with a fault, without quoting it. */
export function givenDatabase(options: DatabaseOptions): PostgresSettings | undefined {
  const { databaseUrl, databaseUrlFile, cluster = 'cf', databaseConnections = 10, databaseTimeout = 30_000 } = options;
  const url = databaseUrlFile === undefined ? databaseUrl : readFileSync(databaseUrlFile, 'utf8').trim();
  if (url === undefined || url === '') return undefined;
  const fault = databaseUrlFault(url);
  if (fault !== undefined) throw new DeploymentEngineError('InvalidSettings', `DATABASE_URL: it ${fault}`);
  return { url, cluster, connections: databaseConnections, timeout: databaseTimeout };
}
