import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Serials the engine was activated with, and which of them each deploy began under. */
export const serials: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('serials')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('deployments', 'integer', (column) => column.notNull())
      .addColumn('licensee', 'text')
      .addColumn('release', 'text')
      .addColumn('issued_at', 'bigint')
      .addColumn('expires_at', 'bigint')
      .addColumn('activated_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.alterTable('runs').addColumn('serial', 'text').execute();
  },
};
