import type { Kysely } from 'kysely';
import type { InstanceStatus } from '../../domain/instance-status.ts';
import { takeTurn } from '../dialect.ts';
import type { Schema } from '../schema.ts';
import type { KnownSecrets } from '../secrets/known-secrets.ts';
import { mapTexts } from '../secrets/map-texts.ts';
import type { Statuses } from './contract.ts';

export function createStatuses(db: Kysely<Schema>, knownSecrets: KnownSecrets): Statuses {
  const statuses = () => db.selectFrom('statuses').select('status').orderBy('id');
  return {
    async save(rows, since) {
      if (rows.length === 0) return;
      const { maskOwn } = await knownSecrets.masker(db);
      const shown = rows.map((row) => ({ ...row, detail: mapTexts(row.detail, maskOwn) }));
      await db.transaction().execute(async (transaction) => {
        await takeTurn(transaction, 'statuses');
        await saveNewer(transaction, shown, since);
      });
    },

    amend: (id, seen) =>
      db.transaction().execute(async (transaction) => {
        await takeTurn(transaction, 'statuses');
        const row = await transaction.selectFrom('statuses').select('status').where('id', '=', id).executeTakeFirst();
        if (row !== undefined)
          await saveNewer(transaction, [{ ...(JSON.parse(row.status) as InstanceStatus), ...seen }]);
      }),

    all: async () => parsed(await statuses().execute()),

    of: async (ids) => (ids.length === 0 ? [] : parsed(await statuses().where('id', 'in', ids).execute())),
  };
}

const parsed = (rows: readonly { readonly status: string }[]): InstanceStatus[] =>
  rows.map(({ status }) => JSON.parse(status) as InstanceStatus);

/** Clocks of workers differ by less; a row from further ahead was seen before a clock was set back. */
const CLOCKS_MS = 10_000;

/** A row never replaces one that was seen later. */
const saveNewer = (db: Kysely<Schema>, rows: readonly InstanceStatus[], since?: number): Promise<unknown> =>
  db
    .insertInto('statuses')
    .values(
      rows.map((row) => ({
        id: row.id,
        seen_at: since === undefined ? row.seenAt : since - 1,
        status: JSON.stringify(row),
      })),
    )
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet(({ ref }) => ({ seen_at: ref('excluded.seen_at'), status: ref('excluded.status') }))
        .where(({ eb, or, ref }) =>
          or([
            eb(ref('excluded.seen_at'), '>=', ref('statuses.seen_at')),
            eb('statuses.seen_at', '>', Date.now() + CLOCKS_MS),
          ]),
        ),
    )
    .execute();
