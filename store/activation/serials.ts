import type { Kysely, Transaction } from 'kysely';
import type { ActivatedSerial } from '../../domain/activation/serial.ts';
import { takeTurn } from '../dialect.ts';
import type { Schema } from '../schema.ts';
import type { Serials } from './contract.ts';
import type { SerialTable } from './tables.ts';

export function createSerials(db: Kysely<Schema>, clock: () => number): Serials {
  return {
    activate: (grant) =>
      db.transaction().execute(async (transaction) => {
        await takeTurn(transaction, 'serials');
        const known = (await readAll(transaction)).find(({ id }) => id === grant.id);
        if (known !== undefined) return { serial: known, isNew: false };
        const row: SerialTable = {
          id: grant.id,
          deployments: grant.deployments,
          licensee: grant.licensee ?? null,
          release: grant.release ?? null,
          issued_at: grant.issuedAt ?? null,
          expires_at: grant.expiresAt ?? null,
          activated_at: clock(),
        };
        await transaction.insertInto('serials').values(row).execute();
        return { serial: serialOf(row, 0), isNew: true };
      }),

    all: () => readAll(db),
  };
}

/**
 * Used is what the runs say: one that ends `ok` is counted by its own end, so neither a repeat nor a crash can count it twice or
 * not at all.
 */
async function readAll(db: Kysely<Schema> | Transaction<Schema>): Promise<readonly ActivatedSerial[]> {
  const counts = await db
    .selectFrom('runs')
    .select(({ fn }) => ['serial', fn.countAll<number>().as('used')])
    .where('operation', '=', 'deploy')
    .where('outcome', '=', 'ok')
    .where('serial', 'is not', null)
    .groupBy('serial')
    .execute();
  const used = new Map(counts.map((row) => [row.serial, Number(row.used)]));
  const rows = await db.selectFrom('serials').selectAll().orderBy('activated_at', 'desc').orderBy('id').execute();
  return rows.map((row) => serialOf(row, used.get(row.id) ?? 0));
}

const serialOf = (row: SerialTable, used: number): ActivatedSerial => ({
  id: row.id,
  deployments: row.deployments,
  ...(row.licensee === null ? {} : { licensee: row.licensee }),
  ...(row.release === null ? {} : { release: row.release }),
  ...(row.issued_at === null ? {} : { issuedAt: row.issued_at }),
  ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
  activatedAt: row.activated_at,
  used,
});
