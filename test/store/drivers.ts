// Without vitest, so that processes which tests start can open the same databases.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Client } from 'pg';
import { openStore, type StoreOptions } from '../../store/open-store.ts';
import type { Store } from '../../store/store.ts';
import { programs, sharedPostgres } from '../support/postgres.ts';

export type Options = Omit<StoreOptions, 'dataDir'>;

export type Open = (dataDir: string, options: Options) => Promise<Store>;

export const openSqlite: Open = (dataDir, options) => openStore({ ...options, dataDir });

/** The folder stands for the database: whoever opens the same folder gets the same one. */
const openPostgres: Open = async (dataDir, options) =>
  openStore({ ...(await postgresOf(dataDir)), ...options, dataDir });

/** A schema of the run's server for a folder. */
async function postgresOf(dataDir: string): Promise<{ databaseUrl: string; cluster: string }> {
  const databaseUrl = await sharedPostgres();
  if (databaseUrl === undefined) throw new Error('PostgreSQL is not installed');
  return { databaseUrl, cluster: basename(dataDir).toLowerCase() };
}

export const isPostgresHere = programs() !== undefined;

/** Every database that the tests of the contracts run on; a further driver is a further entry. */
export const DRIVERS = [
  { name: 'SQLite', open: openSqlite, written: writtenFiles },
  ...(isPostgresHere ? [{ name: 'PostgreSQL', open: openPostgres, written: writtenRows }] : []),
];

/** Everything that the database of a folder holds, as text. */
function writtenFiles(dataDir: string): string {
  const names = readdirSync(dataDir).filter((name) => name.startsWith('engine.db'));
  return names.map((name) => name + readFileSync(join(dataDir, name), 'latin1')).join('');
}

async function writtenRows(dataDir: string): Promise<string> {
  const { databaseUrl, cluster } = await postgresOf(dataDir);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query("select schema_to_xml($1, true, false, '') as text", [cluster]);
  await client.end();
  return (rows as { text: string }[])[0]?.text ?? '';
}
