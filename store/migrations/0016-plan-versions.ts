import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Whether a plan has changed since it was read is seen without reading it again: that of a large cluster is megabytes. */
export const planVersions: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .alterTable('runs')
      .addColumn('plan_version', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
