import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The key that an address shows instead of the pinned one, so that an operator can trust it. */
export const shownHostKeys: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('nodes').addColumn('shown_key', 'text').execute();
    await db.schema.alterTable('nodes').addColumn('shown_at', 'bigint').execute();
  },
};
