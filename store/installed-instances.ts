import type { Kysely, Selectable } from 'kysely';
import type { ComponentName } from '../domain/components.ts';
import type { Schema } from './schema.ts';
import type { InstalledInstance, InstalledInstances } from './store.ts';

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

  all: async () => (await ordered(db).execute()).map(instanceOf),

  at: async (address) => (await ordered(db).where('address', '=', address).execute()).map(instanceOf),
});

const ordered = (db: Kysely<Schema>) =>
  db.selectFrom('installed_instances').selectAll().orderBy('component').orderBy('number');

const instanceOf = ({
  component,
  stopped_at: stoppedAt,
  ...row
}: Selectable<Schema['installed_instances']>): InstalledInstance => ({
  ...row,
  component: component as ComponentName,
  stoppedAt: stoppedAt ?? undefined,
});
