import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** A node that was only prepared is in no other table, and must be given back once nobody wants it. */
export const claimedNodes: Migration = {
  async up({ schema }: Kysely<unknown>) {
    await schema
      .alterTable('nodes')
      .addColumn('is_claimed', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
