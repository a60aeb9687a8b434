import type { Kysely } from 'kysely';
import type { ComponentName } from '../domain/components.ts';
import type { Schema } from './schema.ts';
import type { InstalledInstances } from './store.ts';

export const createInstalledInstances = (db: Kysely<Schema>): InstalledInstances => ({
  note: ({ id, component, number, address }, { revision, release }) =>
    db.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('installed_instances')
        .values({ id, component, number, address, revision, release })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ revision, release }))
        .execute();
    }),

  setStopped: (id, stoppedAt) =>
    db.transaction().execute(async (transaction) => {
      await transaction
        .updateTable('installed_instances')
        .set({ stopped_at: stoppedAt ?? null })
        .where('id', '=', id)
        .execute();
    }),

  remove: (id) =>
    db.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('installed_instances').where('id', '=', id).execute();
    }),

  async all() {
    const rows = await db
      .selectFrom('installed_instances')
      .selectAll()
      .orderBy('component')
      .orderBy('number')
      .execute();
    return rows.map(({ component, stopped_at: stoppedAt, ...row }) => ({
      ...row,
      component: component as ComponentName,
      stoppedAt: stoppedAt ?? undefined,
    }));
  },
});
