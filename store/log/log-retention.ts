import type { Kysely } from 'kysely';
import { takeTurn } from '../dialect.ts';
import type { Schema } from '../schema.ts';

/** Lines removed per transaction: few enough that no writer waits long. */
const SLICE = 2_000;

/**
 * Removes lines from before a time: those outside any run, and those of runs that had ended by then except the last, which says
 * how the run ended. The newest run stays whole. Returns the number of lines.
 */
export async function forgetLines(db: Kysely<Schema>, before: number): Promise<number> {
  let count = await removeLines(db, 0, { before });
  for (const { run, last } of await oldRuns(db, before)) {
    count += await removeLines(db, run, { below: last });
    await forgetSources(db, run);
  }
  return count;
}

/** Runs that still have more than their last line. */
async function oldRuns(db: Kysely<Schema>, before: number): Promise<readonly { run: number; last: number }[]> {
  const newest = db.selectFrom('runs').select(({ fn }) => fn.max('number').as('number'));
  const rows = await db
    .selectFrom('runs')
    .innerJoin('log_counters', 'log_counters.run', 'runs.number')
    .select(['runs.number as run', 'log_counters.last as last'])
    .where('runs.ended_at', '<', before)
    .where('runs.number', '<', newest)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('log_lines')
          .select('log_lines.id')
          .whereRef('log_lines.run', '=', 'runs.number')
          .whereRef('log_lines.seq', '<', 'log_counters.last'),
      ),
    )
    .orderBy('runs.number')
    .execute();
  return rows;
}

/** Oldest first, so that what is missing is always the beginning. */
async function removeLines(
  db: Kysely<Schema>,
  run: number,
  { before = Number.MAX_SAFE_INTEGER, below = Number.MAX_SAFE_INTEGER }: { before?: number; below?: number },
): Promise<number> {
  const oldest = db
    .selectFrom('log_lines')
    .select('id')
    .where('run', '=', run)
    .where('seq', '<', below)
    .where('time', '<', before)
    .orderBy('seq')
    .limit(SLICE);
  for (let count = 0; ;) {
    const removed = await db.transaction().execute(async (transaction) => {
      await takeTurn(transaction, 'old lines');
      return transaction.deleteFrom('log_lines').where('id', 'in', oldest).returning('seq').execute();
    });
    count += removed.length;
    if (removed.length < SLICE) return count;
  }
}

/** Needed only while lines are appended. */
const forgetSources = (db: Kysely<Schema>, run: number): Promise<void> =>
  db.transaction().execute(async (transaction) => {
    await transaction.deleteFrom('log_batches').where('run', '=', run).execute();
    await transaction.deleteFrom('log_sources').where('run', '=', run).execute();
  });
