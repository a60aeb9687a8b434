import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Machines that the engine has worked from: a copy of its store does not know the other one's. */
export const engineMachines: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('engine_machines')
      .addColumn('machine', 'text', (column) => column.primaryKey())
      .addColumn('host', 'text', (column) => column.notNull())
      .execute();
  },
};
