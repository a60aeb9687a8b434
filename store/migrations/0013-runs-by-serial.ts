import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What a serial has used is counted at every `GET /health`: by the index alone, however many runs there are. */
export const runsBySerial: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.createIndex('runs_by_serial').on('runs').columns(['operation', 'outcome', 'serial']).execute();
  },
};
