import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Since when a node has been silent; the time of the first failure stays as it is. */
export const silentSince: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('step_records').addColumn('silent_since', 'bigint').execute();
    const table = (
      db as Kysely<{ step_records: { silent_since: number | null; first_failure_at: number | null } }>
    ).updateTable('step_records');
    await table.set(({ ref }) => ({ silent_since: ref('first_failure_at') })).execute();
  },
};
