import type { Kysely } from 'kysely';
import { dialectOf } from './dialect.ts';
import type { Schema } from './schema.ts';

/** Throws `StoreUnwritable` when the disk is full, or a row cannot be written. */
export async function assertWritable(db: Kysely<Schema>): Promise<void> {
  await dialectOf(db).assertSpace(db);
  // A row that means nothing: a claim that has expired.
  const row = { key: 'store/probe', owner: '', until: 0 };
  await db.transaction().execute((transaction) =>
    transaction
      .insertInto('claims')
      .values(row)
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ until: row.until }))
      .execute(),
  );
}
