import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';
import { dialectOf, takeTurn } from '../dialect.ts';
import type { Schema } from '../schema.ts';
import { migrations } from './index.ts';

/**
 * Brings the tables to this engine's version. In one turn: of two processes only one migrates.
 *
 * @throws EngineDamaged when a newer engine has already changed the tables.
 */
export async function migrate(db: Kysely<Schema>): Promise<void> {
  const { columns, schema, data } = dialectOf(db);
  await db.transaction().execute(async (transaction) => {
    await takeTurn(transaction, 'migrations');
    const provider = { getMigrations: async () => migrations(columns) };
    const { error, results } = await new Migrator({
      db: transaction,
      provider,
      ...(schema === undefined ? {} : { migrationTableSchema: schema }),
    }).migrateToLatest();
    if (error === undefined) return;
    if (results !== undefined) throw error;
    throw new DeploymentEngineError(
      'EngineDamaged',
      phrase(
        'The tables of {data} were written by another version of the engine; start that version, or restore a backup.',
        { data },
      ),
      { cause: error },
    );
  });
}
