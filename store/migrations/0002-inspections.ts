import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const inspections: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .createTable('inspections')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('asked_at', 'bigint', (column) => column.notNull())
      .addColumn('configuration', 'text', (column) => column.notNull())
      .addColumn('answer', 'text')
      .execute();
  },
};
