import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { ColumnTypes } from './column-types.ts';

export const stepWork = ({ serial }: ColumnTypes): Migration => ({
  async up({ schema }: Kysely<unknown>) {
    await schema.alterTable('step_records').addColumn('work', 'text').execute();
    await schema
      .createTable('work_times')
      .addColumn('id', serial, (column) => column.primaryKey())
      .addColumn('work', 'text', (column) => column.notNull())
      .addColumn('ms', 'bigint', (column) => column.notNull())
      .execute();
    await schema.createIndex('work_times_work').on('work_times').columns(['work', 'id']).execute();
  },
});
