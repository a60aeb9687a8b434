import type { Kysely } from 'kysely';
import { toLogLine } from './log-lines.ts';
import type { Schema } from './schema.ts';
import type { RunLog } from './store.ts';

type LogReader = Pick<RunLog, 'read' | 'last' | 'end' | 'file'>;

export function createLogReader(db: Kysely<Schema>): LogReader {
  const last = async (run: number): Promise<number> => {
    const row = await db.selectFrom('log_counters').select('last').where('run', '=', run).executeTakeFirst();
    return row?.last ?? 0;
  };

  const ofStream = (stream: string, after: number, limit: number) =>
    db
      .selectFrom('log_lines')
      .selectAll()
      .where('stream', '=', stream)
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit)
      .execute();

  return {
    last,

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

    async file(streams, { after, limit }) {
      const start = after === undefined ? 0 : await idOf(db, after);
      const pages = await Promise.all([...new Set(streams)].map((stream) => ofStream(stream, start, limit)));
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
