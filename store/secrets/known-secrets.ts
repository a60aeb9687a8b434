import type { Kysely, Transaction } from 'kysely';
import { takeTurn } from '../dialect.ts';
import type { Schema } from '../schema.ts';
import type { Vault } from './encryption.ts';
import { SHORTEST_MASKED } from './mask-forms.ts';
import { createMasker, type Masker } from './masking.ts';

/** Every value that no log line may show, shared by all processes through the database. */
export interface KnownSecrets {
  /** Stores values, encrypted. Not in one transaction with `masker`, which would still know them after a rollback. */
  learn(transaction: Transaction<Schema>, values: readonly string[]): Promise<void>;
  /** A masker for everything that any process has stored so far. */
  masker(db: Kysely<Schema>): Promise<Masker>;
}

export function createKnownSecrets(vault: Vault): KnownSecrets {
  const values = new Set<string>();
  let known = 0;
  let masker = createMasker(values);

  return {
    async learn(transaction, learned) {
      const rows = [...new Set(learned)]
        .filter((value) => value.length >= SHORTEST_MASKED)
        .map((value) => ({ value, digest: vault.digest(value) }));
      if (rows.length === 0) return;
      await takeTurn(transaction, 'secrets');
      const last = await highestOrdinal(transaction);
      await transaction
        .insertInto('masked_values')
        .values(
          rows.map(({ value, digest }, index) => ({
            ordinal: last + index + 1,
            digest,
            value: vault.seal(value, placeOf(digest)),
          })),
        )
        .onConflict((conflict) => conflict.column('digest').doNothing())
        .execute();
    },

    async masker(db) {
      const highest = await highestOrdinal(db);
      if (highest <= known) return masker;
      const rows = await db
        .selectFrom('masked_values')
        .select(['digest', 'value'])
        .where('ordinal', '>', known)
        .where('ordinal', '<=', highest)
        .execute();
      for (const { digest, value } of rows) values.add(vault.open(value, placeOf(digest)));
      masker = createMasker(values);
      known = highest;
      return masker;
    },
  };
}

const placeOf = (digest: string): string => `masked_values/${digest}`;

async function highestOrdinal(db: Kysely<Schema>): Promise<number> {
  const row = await db
    .selectFrom('masked_values')
    .select(({ fn }) => fn.max('ordinal').as('highest'))
    .executeTakeFirst();
  return row?.highest ?? 0;
}
