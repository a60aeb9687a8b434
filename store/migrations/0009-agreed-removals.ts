import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** When an operator agreed to the removal of an instance whose data stay behind; the engine asks once. */
export const agreedRemovals: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('installed_instances').addColumn('removal_agreed_at', 'bigint').execute();
  },
};
