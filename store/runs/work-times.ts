import type { Kysely } from 'kysely';
import { takeTurn } from '../dialect.ts';
import type { Schema } from '../schema.ts';
import type { WorkTimes } from './contract.ts';

/** How many of the newest times count: machines are replaced, releases grow. */
const KEPT = 15;

export const createWorkTimes = (db: Kysely<Schema>): WorkTimes => ({
  note: (work, ms) =>
    db.transaction().execute(async (transaction) => {
      await takeTurn(transaction, 'work times');
      await transaction
        .insertInto('work_times')
        .values({ work, ms: Math.round(ms) })
        .execute();
      const newest = transaction.selectFrom('work_times').select('id').where('work', '=', work);
      await transaction
        .deleteFrom('work_times')
        .where('work', '=', work)
        .where('id', 'not in', newest.orderBy('id', 'desc').limit(KEPT))
        .execute();
    }),

  async usual(works) {
    if (works?.length === 0) return new Map();
    const times = db.selectFrom('work_times').select(['work', 'ms']).orderBy('ms');
    const rows = await (works === undefined ? times : times.where('work', 'in', [...works])).execute();
    const byWork = Map.groupBy(rows, ({ work }) => work);
    return new Map([...byWork].map(([work, own]) => [work, median(own.map(({ ms }) => ms))]));
  },
});

/** Of sorted numbers. */
function median(sorted: readonly number[]): number {
  const middle = sorted.length / 2;
  const [below = 0, above = 0] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (below + above) / 2;
}
