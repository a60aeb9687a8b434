import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const installedInstances: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('installed_instances')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('component', 'text', (column) => column.notNull())
      .addColumn('number', 'bigint', (column) => column.notNull())
      .addColumn('address', 'text', (column) => column.notNull())
      .addColumn('revision', 'bigint', (column) => column.notNull())
      .addColumn('release', 'text', (column) => column.notNull())
      .addColumn('stopped_at', 'bigint')
      .execute();
    // Earlier engines removed nothing, so every instance a run has worked on is still there, as its newest run left it.
    await sql`
      insert into installed_instances (id, component, number, address, revision, release)
      select worked.target, numbers.component, numbers.number, numbers.address, runs.revision, runs.release
      from (select target, max(run) as run from step_records where state <> 'unchanged' group by target) as worked
      join instance_numbers as numbers on worked.target = numbers.component || '/' || cast(numbers.number as text)
      join runs on runs.number = worked.run`.execute(db);
  },
};
