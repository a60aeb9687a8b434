import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What workers must know: an older build leaves the cluster to one that knows it all. */
export const workerRequirements: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('worker_requirements')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('since', 'bigint')
      .execute();
  },
};
