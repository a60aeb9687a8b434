import { type Kysely, sql, type Transaction } from 'kysely';
import { DEFAULT_MIGRATION_TABLE, Migrator } from 'kysely/migration';
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
    const own = migrations(columns);
    if (!isBeginning(await executed(transaction), Object.keys(own)))
      throw new DeploymentEngineError(
        'EngineDamaged',
        phrase(
          'The tables of {data} were written by another version of the engine; start that version, or restore a backup.',
          { data },
        ),
      );
    const { error } = await new Migrator({
      db: transaction,
      provider: { getMigrations: async () => own },
      ...(schema === undefined ? {} : { migrationTableSchema: schema }),
    }).migrateToLatest();
    if (error !== undefined) throw error;
  });
}

/** Names of migrations. */
async function executed(transaction: Transaction<Schema>): Promise<readonly string[]> {
  const tables = await transaction.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === DEFAULT_MIGRATION_TABLE)) return [];
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(DEFAULT_MIGRATION_TABLE)}`.execute(
    transaction,
  );
  return rows.map(({ name }) => name);
}

const isBeginning = (names: readonly string[], of: readonly string[]): boolean =>
  names.toSorted().every((name, index) => name === of[index]);
