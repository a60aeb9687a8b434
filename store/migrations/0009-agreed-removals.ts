import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** When an operator agreed that an instance goes although its data stay behind; nobody asks again. */
export const agreedRemovals: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('installed_instances').addColumn('removal_agreed_at', 'bigint').execute();
  },
};
