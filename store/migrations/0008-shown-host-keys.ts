import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The key that an address shows instead of the pinned one is kept, for an operator to trust it. */
export const shownHostKeys: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('nodes').addColumn('shown_key', 'text').execute();
    await db.schema.alterTable('nodes').addColumn('shown_at', 'bigint').execute();
  },
};
