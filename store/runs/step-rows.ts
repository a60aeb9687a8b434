import type { Selectable } from 'kysely';
import type { StepRecord, StepState } from '../../domain/run/run.ts';
import type { StepWork } from '../../domain/run/step-work.ts';
import type { StepName } from '../../domain/steps.ts';
import type { Text } from '../../domain/text/text.ts';
import type { Schema } from '../schema.ts';

type Row = Selectable<Schema['step_records']>;

/** Thousands of nodes have the same reasons, which are read once. */
export function toRecords(rows: readonly Row[]): StepRecord[] {
  const known = new Map<string, readonly Text[]>();
  const reasonsIn = (text: string): readonly Text[] => {
    const reasons = known.get(text) ?? textsIn(text);
    known.set(text, reasons);
    return reasons;
  };
  return rows.map((row) => toRecord(row, reasonsIn));
}

const textsIn = (json: string): readonly Text[] => JSON.parse(json) as readonly Text[];

export const toRecord = (row: Row, reasonsIn = textsIn): StepRecord => ({
  run: row.run,
  target: row.target,
  step: row.step as StepName,
  round: row.round,
  state: row.state as StepState,
  attempts: row.attempts,
  failures: row.failures,
  firstFailureAt: row.first_failure_at ?? undefined,
  silentSince: row.silent_since ?? undefined,
  position: row.position ?? undefined,
  startedAt: row.started_at,
  endedAt: row.ended_at ?? undefined,
  reasons: reasonsIn(row.reasons),
  error: row.error === null ? undefined : (JSON.parse(row.error) as NonNullable<StepRecord['error']>),
  work: row.work === null ? undefined : (JSON.parse(row.work) as StepWork),
});
