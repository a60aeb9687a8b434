import type { PostgresPool } from 'kysely';
import pg from 'pg';
import { connectionSettings, placeOf, type PostgresSettings } from './connection-settings.ts';
import { PatientClient } from './patient-client.ts';

export function createPool(settings: PostgresSettings): PostgresPool {
  const pool = new pg.Pool({ ...connectionSettings(settings), max: settings.connections });
  // A connection that is lost is told to the statement that needs it, or is replaced; without listeners the process would end.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const options = { connect: () => pool.connect(), place: placeOf(settings.url) };
  return { options: {}, connect: () => new PatientClient(options).ready(), end: () => pool.end() };
}
