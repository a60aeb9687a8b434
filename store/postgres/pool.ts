import type { PostgresPool } from 'kysely';
import pg, { type PoolClient } from 'pg';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';
import { connectionSettings, placeOf, type PostgresSettings } from './connection-settings.ts';
import { PatientClient } from './patient-client.ts';

export function createPool(settings: PostgresSettings): PostgresPool {
  const pool = new pg.Pool({ ...connectionSettings(settings), max: settings.connections });
  // A connection that is lost is told to the statement that needs it, or is replaced; without listeners the process would end.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  let held = 0;
  pool.on('acquire', () => (held += 1));
  pool.on('release', () => (held -= 1));
  const place = placeOf(settings.url);
  const connect = async (): Promise<PoolClient> => {
    try {
      return await pool.connect();
    } catch (error) {
      throw held < settings.connections ? error : allBusy(settings.connections, place, error);
    }
  };
  const options = { connect, place };
  return { options: {}, connect: () => new PatientClient(options).ready(), end: () => pool.end() };
}

const allBusy = (count: number, place: string, cause: unknown): DeploymentEngineError =>
  new DeploymentEngineError(
    'StoreUnwritable',
    phrase('All {count} connections to {place} are busy; see {setting}. The engine tries again.', {
      count,
      place,
      setting: 'DEPLOYMENT_ENGINE_DATABASE_CONNECTIONS',
    }),
    { cause },
  );
