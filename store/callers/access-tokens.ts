import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Scope } from '../../domain/access/scopes.ts';
import type { Schema } from '../schema.ts';
import type { AccessToken, AccessTokens } from './contract.ts';
import { digestOf, randomText } from './random-text.ts';
import type { AccessTokenTable } from './tables.ts';

/** Known by it to people and to programs that look for secrets in files. */
const PREFIX = 'de_';

export function createAccessTokens(db: Kysely<Schema>, clock: () => number): AccessTokens {
  return {
    async create({ name, scope, expiresAt }) {
      const text = PREFIX + randomText();
      const token = { id: randomBytes(4).toString('hex'), name, scope, createdAt: clock(), expiresAt };
      await db.transaction().execute((transaction) =>
        transaction
          .insertInto('access_tokens')
          .values({
            id: token.id,
            digest: digestOf(text),
            name,
            scope,
            created_at: token.createdAt,
            expires_at: expiresAt,
            revoked_at: null,
          })
          .execute(),
      );
      return { token: { ...token, revokedAt: undefined }, text };
    },

    // Who measures how long this takes learns of the digest alone, and cannot choose texts by their digests.
    async find(text) {
      const row = await db
        .selectFrom('access_tokens')
        .selectAll()
        .where('digest', '=', digestOf(text))
        .executeTakeFirst();
      return row === undefined ? undefined : inForce(row, clock());
    },

    async all() {
      const rows = await db.selectFrom('access_tokens').selectAll().orderBy('created_at').orderBy('id').execute();
      return rows.map(tokenOf);
    },

    async revoke(id) {
      const now = clock();
      const { numUpdatedRows } = await db
        .transaction()
        .execute((transaction) =>
          transaction
            .updateTable('access_tokens')
            .set({ revoked_at: now })
            .where('id', '=', id)
            .where('revoked_at', 'is', null)
            .where('expires_at', '>', now)
            .executeTakeFirst(),
        );
      return numUpdatedRows > 0n;
    },
  };
}

/** The token of a row, unless it is over. */
export const inForce = (row: AccessTokenTable, now: number): AccessToken | undefined =>
  row.revoked_at === null && row.expires_at > now ? tokenOf(row) : undefined;

const tokenOf = (row: AccessTokenTable): AccessToken => ({
  id: row.id,
  name: row.name,
  scope: row.scope as Scope,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at ?? undefined,
});
