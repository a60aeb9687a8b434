import type { Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import type { Vault } from '../secrets/encryption.ts';
import { NOTHING_PENDING, type Pending } from './output-lines.ts';

/** How far a remote command's output is stored. */
export interface SourcePosition {
  readonly position: number;
  readonly pending: Pending;
}

/** Reads and writes positions. The pending text may hold half a secret, so it is encrypted. */
export interface SourcePositions {
  read(transaction: Transaction<Schema>, run: number, key: string): Promise<SourcePosition>;
  write(transaction: Transaction<Schema>, run: number, key: string, at: SourcePosition): Promise<void>;
}

export const createSourcePositions = (vault: Vault): SourcePositions => ({
  async read(transaction, run, key) {
    const row = await transaction
      .selectFrom('log_sources')
      .select(['position', 'pending'])
      .where('run', '=', run)
      .where('key', '=', key)
      .executeTakeFirst();
    if (row === undefined) return { position: 0, pending: NOTHING_PENDING };
    return { position: row.position, pending: parsePending(vault.open(row.pending, placeOf(run, key))) };
  },

  async write(transaction, run, key, { position, pending }) {
    const values = { position, pending: vault.seal(formatPending(pending), placeOf(run, key)) };
    await transaction
      .insertInto('log_sources')
      .values({ run, key, ...values })
      .onConflict((conflict) => conflict.columns(['run', 'key']).doUpdateSet(values))
      .execute();
  },
});

const placeOf = (run: number, key: string): string => `log_sources/${run}/${key}/pending`;

const formatPending = ({ text, bytes }: Pending): string =>
  JSON.stringify({ text, bytes: Buffer.from(bytes).toString('base64') });

function parsePending(json: string): Pending {
  const { text, bytes } = JSON.parse(json) as { text: string; bytes: string };
  return { text, bytes: Buffer.from(bytes, 'base64') };
}
