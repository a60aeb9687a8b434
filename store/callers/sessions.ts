import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';
import { inForce } from './access-tokens.ts';
import type { Sessions } from './contract.ts';
import { digestOf, randomText } from './random-text.ts';

export function createSessions(db: Kysely<Schema>, clock: () => number): Sessions {
  return {
    async open(tokenId, expiresAt) {
      const text = randomText();
      await db.transaction().execute(async (transaction) => {
        await transaction.deleteFrom('sessions').where('expires_at', '<=', clock()).execute();
        await transaction
          .insertInto('sessions')
          .values({ digest: digestOf(text), token: tokenId, expires_at: expiresAt })
          .execute();
      });
      return text;
    },

    async find(text) {
      const row = await db
        .selectFrom('sessions')
        .innerJoin('access_tokens', 'access_tokens.id', 'sessions.token')
        .selectAll('access_tokens')
        .where('sessions.digest', '=', digestOf(text))
        .where('sessions.expires_at', '>', clock())
        .executeTakeFirst();
      return row === undefined ? undefined : inForce(row, clock());
    },

    async close(text) {
      await db
        .transaction()
        .execute((transaction) => transaction.deleteFrom('sessions').where('digest', '=', digestOf(text)).execute());
    },
  };
}
