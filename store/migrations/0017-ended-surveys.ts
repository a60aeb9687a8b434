import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Surveys were kept for ever. A superseded run may go on under another number, whose plan is still to be made from its surveys;
 * they go when that one ends.
 */
export const endedSurveys: Migration = {
  async up(db: Kysely<unknown>) {
    const { rows } = await sql<{ run: number }>`
      select distinct run from surveys where run <=
        (select max(number) from runs where outcome <> 'superseded')`.execute(db);
    // One run at a time: a statement may take only so long.
    for (const { run } of rows) await sql`delete from surveys where run = ${run}`.execute(db);
  },
};
