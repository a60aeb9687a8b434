import type { Kysely, Transaction } from 'kysely';
import type { ComponentName } from '../../domain/components.ts';
import type { Numbering } from '../../domain/instance.ts';
import type { NodeFacts } from '../../domain/node/node-facts.ts';
import { takeTurn } from '../dialect.ts';
import type { Schema } from '../schema.ts';
import type { Nodes } from './contract.ts';

export function createNodes(db: Kysely<Schema>): Nodes {
  return {
    async facts(address) {
      const row = await nodeRow(db, address);
      return row?.facts ? (JSON.parse(row.facts) as NodeFacts) : undefined;
    },

    async saveFacts(address, facts, isOurs = false) {
      const row = { facts: JSON.stringify(facts), ...(isOurs ? { is_claimed: 1 } : {}) };
      await db.transaction().execute((transaction) =>
        transaction
          .insertInto('nodes')
          .values({ address, ...row })
          .onConflict((conflict) => conflict.column('address').doUpdateSet(row))
          .execute(),
      );
    },

    async hostKey(address) {
      const row = await nodeRow(db, address);
      return row?.host_key ?? undefined;
    },

    pinHostKey: (address, fingerprint) =>
      db.transaction().execute(async (transaction) => {
        const { host_key: pinned } = await transaction
          .insertInto('nodes')
          .values({ address, host_key: fingerprint })
          .onConflict((conflict) =>
            conflict.column('address').doUpdateSet(({ fn, ref, val }) => ({
              host_key: fn.coalesce(ref('nodes.host_key'), val(fingerprint)),
            })),
          )
          .returning('host_key')
          .executeTakeFirstOrThrow();
        return pinned ?? fingerprint;
      }),

    async noteShownHostKey(address, fingerprint) {
      await db
        .transaction()
        .execute((transaction) =>
          transaction
            .updateTable('nodes')
            .set({ shown_key: fingerprint, shown_at: Date.now() })
            .where('address', '=', address)
            .execute(),
        );
    },

    async trustHostKey(address, fingerprint) {
      const keys = { host_key: fingerprint, shown_key: null, shown_at: null };
      await db.transaction().execute((transaction) =>
        transaction
          .insertInto('nodes')
          .values({ address, ...keys })
          .onConflict((conflict) => conflict.column('address').doUpdateSet(keys))
          .execute(),
      );
    },

    async hostKeys() {
      const rows = await db.selectFrom('nodes').selectAll().orderBy('address').execute();
      return rows.flatMap(({ address, host_key: pinned, shown_key: hostKey, shown_at: at }) =>
        pinned === null
          ? []
          : [{ address, pinned, shown: hostKey === null || at === null ? undefined : { hostKey, at } }],
      );
    },

    async noteClaim(address) {
      await db.transaction().execute((transaction) =>
        transaction
          .insertInto('nodes')
          .values({ address, is_claimed: 1 })
          .onConflict((conflict) => conflict.column('address').doUpdateSet({ is_claimed: 1 }))
          .execute(),
      );
    },

    async forgetClaim(address) {
      await db
        .transaction()
        .execute((transaction) =>
          transaction.updateTable('nodes').set({ is_claimed: 0 }).where('address', '=', address).execute(),
        );
    },

    async claimed() {
      const rows = await db
        .selectFrom('nodes')
        .select('address')
        .where('is_claimed', '=', 1)
        .orderBy('address')
        .execute();
      return rows.map(({ address }) => address);
    },

    ensureNumbers: (wanted) =>
      db.transaction().execute(async (transaction) => {
        await takeTurn(transaction, 'instance numbers');
        // One query for all, as most have one.
        const rows = await transaction.selectFrom('instance_numbers').selectAll().execute();
        const known = new Map(rows.map(({ component, address, number }) => [`${component} ${address}`, number]));
        const numbering: Numbering[number][] = [];
        for (const { component, address } of wanted) {
          const number = known.get(`${component} ${address}`) ?? (await ensureNumber(transaction, component, address));
          numbering.push({ component, address, number });
        }
        return numbering;
      }),

    async numbers() {
      const rows = await db.selectFrom('instance_numbers').selectAll().orderBy('component').orderBy('number').execute();
      return rows.map(({ component, address, number }) => ({ component: component as ComponentName, address, number }));
    },
  };
}

const nodeRow = (db: Kysely<Schema>, address: string) =>
  db.selectFrom('nodes').selectAll().where('address', '=', address).executeTakeFirst();

// Rows are never deleted, so no number is given twice.
async function ensureNumber(transaction: Transaction<Schema>, component: string, address: string): Promise<number> {
  const numbers = transaction.selectFrom('instance_numbers').where('component', '=', component);
  const known = await numbers.select('number').where('address', '=', address).executeTakeFirst();
  if (known !== undefined) return known.number;
  const last = await numbers.select(({ fn }) => fn.max('number').as('number')).executeTakeFirst();
  const number = (last?.number ?? -1) + 1;
  await transaction.insertInto('instance_numbers').values({ component, address, number }).execute();
  return number;
}
