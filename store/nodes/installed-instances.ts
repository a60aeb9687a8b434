import type { Kysely, Selectable } from 'kysely';
import type { ComponentName } from '../../domain/components.ts';
import { takeTurn } from '../dialect.ts';
import type { Schema } from '../schema.ts';
import type { InstalledInstance, InstalledInstances } from './contract.ts';

export const createInstalledInstances = (db: Kysely<Schema>): InstalledInstances => ({
  note: ({ id, component, number, address }, { revision, release }) =>
    db.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('installed_instances')
        .values({ id, component, number, address, revision, release })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ revision, release, removal_agreed_at: null }))
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

  agreeToRemoval: (ids, at) =>
    db.transaction().execute(async (transaction) => {
      await takeTurn(transaction, 'installed instances');
      const rows = await transaction.selectFrom('installed_instances').select(['id', 'removal_agreed_at']).execute();
      for (const { id, removal_agreed_at: known } of rows)
        if (ids.includes(id) !== (known !== null))
          await transaction
            .updateTable('installed_instances')
            .set({ removal_agreed_at: ids.includes(id) ? at : null })
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
  removal_agreed_at: removalAgreedAt,
  ...row
}: Selectable<Schema['installed_instances']>): InstalledInstance => ({
  ...row,
  component: component as ComponentName,
  stoppedAt: stoppedAt ?? undefined,
  removalAgreedAt: removalAgreedAt ?? undefined,
});
