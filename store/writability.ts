import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { DeploymentEngineError } from '../domain/errors.ts';
import type { Schema } from './schema.ts';

// SQLite can go on writing for a while after the disk is full; a run that begins then would only get stuck.
const LEAST_FREE_BYTES = 1024 ** 2;

/** Throws `StoreUnwritable` when the disk is full, or a row cannot be written. */
export async function assertWritable(db: Kysely<Schema>, dataDir: string): Promise<void> {
  const file = join(dataDir, 'engine.db');
  const { bavail, bsize } = await statfs(dataDir);
  const free = bavail * bsize;
  if (free < LEAST_FREE_BYTES)
    throw new DeploymentEngineError(
      'StoreUnwritable',
      `The disk that holds ${file} is full (${Math.floor(free / 1024)} kB free); free some space, nothing is lost.`,
    );
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
