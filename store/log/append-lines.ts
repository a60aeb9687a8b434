import type { Kysely, Selectable, Transaction } from 'kysely';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';
import type { LogLevel, LogLine, NewLogLine } from '../../domain/run/log.ts';
import { dialectOf } from '../dialect.ts';
import type { Schema } from '../schema.ts';

/** Lines outside of any run. */
const NO_RUN = 0;
// Nine values each; far below SQLite's 32,766 and PostgreSQL's 65,535 per statement.
const LINES_PER_INSERT = 250;

type Row = Selectable<Schema['log_lines']>;

/**
 * Stores lines, already masked and split, under the run's next numbers. The transaction has the turn `log`, over all runs, so that
 * the ids of lines are in the order of their commits.
 */
export async function appendLines(
  transaction: Transaction<Schema>,
  run: number,
  { lines, time }: { readonly lines: readonly NewLogLine[]; readonly time: number },
): Promise<void> {
  if (lines.length === 0) return;
  const before = (await advance(transaction, run, lines.length)) - lines.length;
  const rows = lines.map(({ stream, node, step, level, line }, index) => {
    return { run, seq: before + index + 1, time, stream, node: node ?? null, step: step ?? null, level, line };
  });
  for (let start = 0; start < rows.length; start += LINES_PER_INSERT) {
    await transaction
      .insertInto('log_lines')
      .values(rows.slice(start, start + LINES_PER_INSERT))
      .execute();
  }
  await dialectOf(transaction).announceLines(transaction);
}

/** @throws RunNotFound, or RunEnded: nothing may follow a run's last line. */
export async function assertTakesLines(db: Kysely<Schema>, run: number): Promise<void> {
  if (run === NO_RUN) return;
  const row = await db.selectFrom('runs').select('outcome').where('number', '=', run).executeTakeFirst();
  if (row?.outcome === null) return;
  const details = { run };
  throw row === undefined
    ? new DeploymentEngineError('RunNotFound', phrase('There is no run {run}.', { run }), { details })
    : new DeploymentEngineError('RunEnded', phrase('Run {run} has ended; its log is closed.', { run }), { details });
}

export const toLogLine = (row: Row): LogLine => ({
  seq: row.seq,
  time: row.time,
  run: row.run,
  stream: row.stream,
  node: row.node ?? undefined,
  step: row.step ?? undefined,
  level: row.level as LogLevel,
  line: row.line,
});

async function advance(transaction: Transaction<Schema>, run: number, count: number): Promise<number> {
  const { last } = await transaction
    .insertInto('log_counters')
    .values({ run, last: count })
    .onConflict((conflict) =>
      conflict.column('run').doUpdateSet(({ eb }) => ({ last: eb('log_counters.last', '+', count) })),
    )
    .returning('last')
    .executeTakeFirstOrThrow();
  return last;
}
