import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';
import { toLogLine } from './append-lines.ts';
import type { RunLog } from './contract.ts';

type LogReader = Pick<RunLog, 'read' | 'first' | 'last' | 'end' | 'file' | 'extent'>;

interface Page {
  /** Ids of lines. */
  readonly after: number;
  readonly last?: number;
  readonly limit: number;
}

export function createLogReader(db: Kysely<Schema>): LogReader {
  const last = async (run: number): Promise<number> => {
    const row = await db.selectFrom('log_counters').select('last').where('run', '=', run).executeTakeFirst();
    return row?.last ?? 0;
  };

  const ofStream = (stream: string, { after, last: end = Number.MAX_SAFE_INTEGER, limit }: Page) =>
    db
      .selectFrom('log_lines')
      .selectAll()
      .where('stream', '=', stream)
      .where('id', '>', after)
      .where('id', '<=', end)
      .orderBy('id')
      .limit(limit)
      .execute();

  return {
    last,

    async first(run) {
      const row = await db
        .selectFrom('log_lines')
        .select(({ fn }) => fn.min('seq').as('first'))
        .where('run', '=', run)
        .executeTakeFirst();
      return row?.first ?? undefined;
    },

    async read(run, { from, limit, stream }) {
      const lines = db.selectFrom('log_lines').selectAll().where('run', '=', run).where('seq', '>', from);
      const wanted = stream === undefined ? lines : lines.where('stream', '=', stream);
      const rows = await wanted.orderBy('seq').limit(limit).execute();
      return rows.map(toLogLine);
    },

    async end(run) {
      const row = await db.selectFrom('runs').select('outcome').where('number', '=', run).executeTakeFirst();
      return row === undefined || row.outcome === null ? undefined : last(run);
    },

    async extent(streams) {
      const row = await db
        .selectFrom('log_lines')
        .select(({ fn }) => [fn.min('id').as('first'), fn.max('id').as('last')])
        .where('stream', 'in', [...streams])
        .executeTakeFirst();
      return { first: row?.first ?? 0, last: row?.last ?? 0 };
    },

    async file(streams, { after, ...page }) {
      const { limit } = page;
      const start = after === undefined ? 0 : await idOf(db, after);
      const pages = await Promise.all(
        [...new Set(streams)].map((stream) => ofStream(stream, { ...page, after: start })),
      );
      const rows = pages.flat().sort((one, other) => one.id - other.id);
      return rows.slice(0, limit).map(toLogLine);
    },
  };
}

async function idOf(db: Kysely<Schema>, { run, seq }: { run: number; seq: number }): Promise<number> {
  const line = await db
    .selectFrom('log_lines')
    .select('id')
    .where('run', '=', run)
    .where('seq', '=', seq)
    .executeTakeFirst();
  return line?.id ?? 0;
}
