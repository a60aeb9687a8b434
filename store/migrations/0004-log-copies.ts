import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const logCopies: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .createTable('log_copies')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('made_at', 'bigint', (column) => column.notNull())
      .addColumn('size', 'bigint', (column) => column.notNull())
      .execute();
    await schema
      .createTable('log_copy_pieces')
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('start', 'bigint', (column) => column.notNull())
      .addColumn('size', 'bigint', (column) => column.notNull())
      .addColumn('made_at', 'bigint', (column) => column.notNull())
      .addColumn('text', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('log_copy_pieces_key', ['id', 'start'])
      .execute();
  },
};
