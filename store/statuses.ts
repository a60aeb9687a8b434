import type { Kysely } from 'kysely';
import type { InstanceStatus } from '../domain/instance-status.ts';
import type { Schema } from './schema.ts';
import type { Statuses } from './store.ts';

export function createStatuses(db: Kysely<Schema>): Statuses {
  return {
    async save(rows) {
      if (rows.length === 0) return;
      const values = rows.map((row) => ({ id: row.id, seen_at: row.seenAt, status: JSON.stringify(row) }));
      await db.transaction().execute((transaction) =>
        transaction
          .insertInto('statuses')
          .values(values)
          .onConflict((conflict) =>
            conflict
              .column('id')
              .doUpdateSet(({ ref }) => ({ seen_at: ref('excluded.seen_at'), status: ref('excluded.status') }))
              .whereRef('excluded.seen_at', '>=', 'statuses.seen_at'),
          )
          .execute(),
      );
    },

    async all() {
      const rows = await db.selectFrom('statuses').select('status').orderBy('id').execute();
      return rows.map(({ status }) => JSON.parse(status) as InstanceStatus);
    },
  };
}
