import { basename } from 'node:path';
import { afterEach } from 'vitest';
import type { Database } from '../../store/database.ts';
import { migrate } from '../../store/migrations/migrate.ts';
import { openPostgres } from '../../store/postgres/open-postgres.ts';
import { openSqlite } from '../../store/sqlite/open-sqlite.ts';
import { sharedPostgres } from '../support/postgres.ts';
import { isPostgresHere } from './drivers.ts';
import { useFolders } from './stores.ts';

type OpenDatabase = (dataDir: string) => Promise<Database>;

const inPostgres: OpenDatabase = async (dataDir) => {
  const url = (await sharedPostgres()) ?? '';
  return openPostgres({ url, cluster: basename(dataDir).toLowerCase(), connections: 2, timeout: 30_000 });
};

/** For tests of what lies below the contracts. */
export const DATABASES = [
  { name: 'SQLite', open: openSqlite as OpenDatabase },
  ...(isPostgresHere ? [{ name: 'PostgreSQL', open: inPostgres }] : []),
];

/** Opens databases with all their tables, closed after each test. */
export function useDatabases(open: OpenDatabase): () => Promise<Database> {
  const opened: Database[] = [];
  // Registered after the folders' hook, so it runs before it.
  const folder = useFolders();
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((database) => database.close()));
  });
  return async () => {
    const database = await open(folder());
    opened.push(database);
    await migrate(database.db);
    return database;
  };
}
