import { Kysely, sql } from 'kysely';
import { DEFAULT_MIGRATION_TABLE } from 'kysely/migration';
import pg from 'pg';
import { DeploymentEngineError, isEngineError } from '../../domain/errors.ts';
import type { Database } from '../database.ts';
import { takeTurn } from '../dialect.ts';
import type { Schema } from '../schema.ts';
import { placeOf, type PostgresSettings } from './connection-settings.ts';
import { StorePostgresDialect } from './dialect.ts';
import { listenForLines } from './log-news.ts';
import { createPool } from './pool.ts';

/** The first whose transaction ids do not repeat. */
const OLDEST_VERSION = 13;

/**
 * A schema of the database, named after the cluster and made if missing: clusters of several names share a database and see
 * nothing of each other.
 *
 * @throws EnvironmentLacking with what to do when the engine cannot work there.
 */
export async function openPostgres(settings: PostgresSettings): Promise<Database> {
  const db = new Kysely<Schema>({ dialect: new StorePostgresDialect(createPool(settings), settings) });
  try {
    await assertFit(db, placeOf(settings.url));
    await ensureSchema(db, settings);
  } catch (error) {
    await db.destroy();
    throw isEngineError(error, 'StoreUnwritable')
      ? new DeploymentEngineError('EnvironmentLacking', error.message, { cause: error })
      : error;
  }
  const news = listenForLines(settings);
  return {
    db,
    news,
    close: async () => {
      await news.close();
      await db.destroy();
    },
  };
}

async function assertFit(db: Kysely<Schema>, place: string): Promise<void> {
  const { rows } = await sql<{ version: string; encoding: string }>`
    select current_setting('server_version_num') as version, current_setting('server_encoding') as encoding`.execute(
    db,
  );
  const { version = '0', encoding = '' } = rows[0] ?? {};
  const major = Math.floor(Number(version) / 10_000);
  if (major < OLDEST_VERSION)
    throw lacking(`${place} is of version ${major}; the engine needs ${OLDEST_VERSION} or newer.`);
  if (encoding !== 'UTF8') throw lacking(`${place} is encoded in ${encoding}; create one with: createdb -E UTF8 NAME`);
}

async function ensureSchema(db: Kysely<Schema>, { cluster, url }: PostgresSettings): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await takeTurn(transaction, 'migrations');
    const { rows } = await sql<{ usable: boolean }>`
      select has_schema_privilege(oid, 'usage') and (has_schema_privilege(oid, 'create') or
        exists (select 1 from pg_tables where schemaname = nspname and tablename = ${DEFAULT_MIGRATION_TABLE})) as usable
      from pg_namespace where nspname = ${cluster}`.execute(transaction);
    if (rows[0]?.usable === true) return;
    if (rows.length > 0)
      throw lacking(
        `The engine's account may make no tables in the schema of cluster ${cluster} in ${placeOf(url)} as it stands: ` +
          `alter schema "${cluster}" owner to ACCOUNT; or grant usage, create on schema "${cluster}" to ACCOUNT.`,
      );
    await transaction.schema
      .createSchema(cluster)
      .execute()
      .catch((cause: unknown) => {
        if (!isRefused(cause)) throw cause;
        throw lacking(
          `The engine's account may not create the schema of cluster ${cluster} in ${placeOf(url)} as it stands: ` +
            `create schema "${cluster}" authorization ACCOUNT; or grant create on the database.`,
          cause,
        );
      });
  });
}

const INSUFFICIENT_PRIVILEGE = '42501';

const isRefused = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof pg.DatabaseError && error.cause.code === INSUFFICIENT_PRIVILEGE;

const lacking = (message: string, cause?: unknown): DeploymentEngineError =>
  new DeploymentEngineError('EnvironmentLacking', message, { cause });
