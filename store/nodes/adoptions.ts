import type { Kysely } from 'kysely';
import { takeTurn } from '../dialect.ts';
import type { Schema } from '../schema.ts';
import type { Adoptions } from './contract.ts';

export const createAdoptions = (db: Kysely<Schema>, clock: () => number): Adoptions => ({
  async allow(adoptions, by) {
    await db.transaction().execute(async (transaction) => {
      await takeTurn(transaction, 'adoptions');
      for (const [address, { owner, generation }] of adoptions) {
        const row = { owner, generation, allowed_at: clock(), allowed_by: by };
        await transaction
          .insertInto('adoptions')
          .values({ address, ...row })
          .onConflict((conflict) => conflict.column('address').doUpdateSet(row))
          .execute();
      }
    });
  },

  async of(address) {
    const row = await db.selectFrom('adoptions').selectAll().where('address', '=', address).executeTakeFirst();
    return row === undefined ? undefined : { owner: row.owner, generation: row.generation };
  },
});
