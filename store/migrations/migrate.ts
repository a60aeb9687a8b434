import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Schema } from '../schema.ts';
import type { ColumnTypes } from './column-types.ts';
import { migrations } from './index.ts';

/**
 * Brings the tables to this engine's version. The transaction is the lock: of two processes only one migrates.
 *
 * @throws EngineDamaged when a newer engine has already changed the tables.
 */
export async function migrate(db: Kysely<Schema>, types: ColumnTypes): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    const provider = { getMigrations: async () => migrations(types) };
    const { error, results } = await new Migrator({ db: transaction, provider }).migrateToLatest();
    if (error === undefined) return;
    if (results !== undefined) throw error;
    throw new DeploymentEngineError(
      'EngineDamaged',
      'The data folder was written by another version of the engine; start that version, or restore a backup.',
      { cause: error },
    );
  });
}
