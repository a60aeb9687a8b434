import type { Kysely, Selectable, Transaction } from 'kysely';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Operation } from '../../domain/plan/plan.ts';
import type { Outcome, Run } from '../../domain/run/run.ts';
import { unpacked } from '../../domain/text/packed.ts';
import { phrase } from '../../domain/text/text.ts';
import type { Schema } from '../schema.ts';

/** Without the plan, which is large, and what SQLite finds only behind it: in a large cluster that takes it milliseconds. */
export type RunRow = Omit<Selectable<Schema['runs']>, 'plan' | 'plan_version' | 'serial' | 'workflow_id'>;

export const RUN_COLUMNS = [
  'number',
  'operation',
  'revision',
  'release',
  'temporal_run_id',
  'started_at',
  'ended_at',
  'outcome',
  'reason',
] as const;

export function runRow(
  db: Kysely<Schema>,
  key: { number: number } | { temporalRunId: string },
): Promise<RunRow | undefined> {
  const runs = db.selectFrom('runs').select(RUN_COLUMNS);
  const found =
    'number' in key ? runs.where('number', '=', key.number) : runs.where('temporal_run_id', '=', key.temporalRunId);
  return found.executeTakeFirst();
}

export async function highestNumber(transaction: Transaction<Schema>): Promise<number> {
  const last = await transaction
    .selectFrom('runs')
    .select(({ fn }) => fn.max('number').as('number'))
    .executeTakeFirst();
  return last?.number ?? 0;
}

export const toRun = (row: RunRow): Run => ({
  number: row.number,
  operation: row.operation as Operation,
  revision: row.revision,
  release: row.release,
  temporalRunId: row.temporal_run_id,
  startedAt: row.started_at,
  endedAt: row.ended_at ?? undefined,
  outcome: (row.outcome as Outcome | null) ?? undefined,
  reason: row.reason === null ? undefined : unpacked(row.reason),
});

export const runNotFound = (run: number): DeploymentEngineError =>
  new DeploymentEngineError('RunNotFound', phrase('There is no run {run}.', { run }), { details: { run } });
