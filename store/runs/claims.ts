import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';
import type { Claims } from './contract.ts';

export function createClaims(db: Kysely<Schema>, clock: () => number): Claims {
  return {
    async take(key, owner, forMs) {
      const taken = await db.transaction().execute((transaction) => {
        const now = clock();
        return transaction
          .insertInto('claims')
          .values({ key, owner, until: now + forMs })
          .onConflict((conflict) =>
            conflict
              .column('key')
              .doUpdateSet({ owner, until: now + forMs })
              .where(({ eb, or }) => or([eb('claims.owner', '=', owner), eb('claims.until', '<=', now)])),
          )
          .returning('owner')
          .executeTakeFirst();
      });
      return taken !== undefined;
    },

    async release(key, owner) {
      await db
        .transaction()
        .execute((transaction) =>
          transaction.deleteFrom('claims').where('key', '=', key).where('owner', '=', owner).execute(),
        );
    },

    async holder(key) {
      const row = await db
        .selectFrom('claims')
        .select('owner')
        .where('key', '=', key)
        .where('until', '>', clock())
        .executeTakeFirst();
      return row?.owner;
    },

    async last(key) {
      const row = await db.selectFrom('claims').select('owner').where('key', '=', key).executeTakeFirst();
      return row?.owner;
    },

    async held() {
      const rows = await db.selectFrom('claims').select('key').where('until', '>', clock()).orderBy('key').execute();
      return rows.map(({ key }) => key);
    },
  };
}
