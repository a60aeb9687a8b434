import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Nodes that an operator has allowed the engine to take over, and from whom. */
export const adoptions: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('adoptions')
      .addColumn('address', 'text', (column) => column.primaryKey())
      .addColumn('owner', 'text', (column) => column.notNull())
      .addColumn('generation', 'integer', (column) => column.notNull())
      .addColumn('allowed_at', 'bigint', (column) => column.notNull())
      .addColumn('allowed_by', 'text', (column) => column.notNull())
      .execute();
  },
};
