import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import { stillAhead } from '../../domain/own-machine/still-ahead.ts';
import type { Schema } from '../schema.ts';

/** So that frequent probes of `/health` cost the server next to nothing. */
const GOOD_NEWS_MS = 10_000;
// About a megabyte, row headers included; as much as the other database asks for.
const ROWS = 16_000;
const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Has the server take room for a megabyte where the tables lie, and give it back: a row that is written over finds room in its
 * own page for long after the disk is full. Rejects with what the server says.
 */
export function createSpaceCheck(clock: () => number = Date.now): (db: Kysely<Schema>) => Promise<void> {
  let until = 0;
  return async (db) => {
    if (stillAhead(until, clock(), GOOD_NEWS_MS)) return;
    await db
      .transaction()
      .execute(async (transaction) => {
        await sql`set local temp_tablespaces = ''`.execute(transaction);
        await sql`create temporary table space_probe on commit drop as
          select md5(number::text) as filler from generate_series(1, ${sql.lit(ROWS)}) as number`.execute(transaction);
      })
      .catch((error: unknown) => {
        if (!mayNot(error)) throw error;
      });
    until = clock() + GOOD_NEWS_MS;
  };
}

/** An account that may make no temporary tables finds out only by what it has to write. */
const mayNot = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof pg.DatabaseError && error.cause.code === INSUFFICIENT_PRIVILEGE;
