import type { Transaction } from 'kysely';
import type { Operation } from '../../domain/plan/plan.ts';
import { lastLine } from '../../domain/run/last-line.ts';
import type { NewLogLine } from '../../domain/run/log.ts';
import type { Outcome } from '../../domain/run/run.ts';
import { packed } from '../../domain/text/packed.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { takeTurn } from '../dialect.ts';
import { appendLines } from '../log/append-lines.ts';
import { splitMessage } from '../log/output-lines.ts';
import type { Schema } from '../schema.ts';
import type { KnownSecrets } from '../secrets/known-secrets.ts';
import { mapTexts } from '../secrets/map-texts.ts';
import { highestNumber, RUN_COLUMNS, runRow, type RunRow } from './run-rows.ts';

interface Ending {
  readonly outcome: Outcome;
  readonly reason: Text | undefined;
  readonly lastLine: NewLogLine;
}

interface Parts {
  readonly knownSecrets: KnownSecrets;
  readonly clock: () => number;
}

/** Ends runs, by themselves or in favour of another. */
export function createRunEnds({ knownSecrets, clock }: Parts) {
  const end = async (
    transaction: Transaction<Schema>,
    run: number,
    { outcome, reason, lastLine: closing }: Ending,
  ): Promise<RunRow> => {
    await takeTurn(transaction, 'log');
    const masker = await knownSecrets.masker(transaction);
    const now = clock();
    const lines = splitMessage(closing.line, masker).map((line) => ({ ...closing, line }));
    await appendLines(transaction, run, { lines, time: now });
    return transaction
      .updateTable('runs')
      .set({
        outcome,
        reason: reason === undefined ? null : packed(mapTexts(reason, masker.maskOwn)),
        ended_at: now,
      })
      .where('number', '=', run)
      .returning(RUN_COLUMNS)
      .executeTakeFirstOrThrow();
  };

  const supersede = async (transaction: Transaction<Schema>, run: number, by: number): Promise<void> => {
    const row = await runRow(transaction, { number: run });
    if (row?.outcome !== null) return;
    const line = lastLine({ operation: row.operation as Operation, number: run }, 'superseded', `run ${by}`);
    await end(transaction, run, {
      outcome: 'superseded',
      reason: phrase('run {run} has taken over', { run: by }),
      lastLine: line,
    });
  };

  const goOnAbove = async (
    transaction: Transaction<Schema>,
    { number, ...row }: RunRow,
    above: number,
  ): Promise<RunRow> => {
    const next = Math.max(above, await highestNumber(transaction)) + 1;
    const reason = phrase('a node has seen run {above} of this engine, so it goes on as run {next}', { above, next });
    const line = lastLine({ operation: row.operation as Operation, number }, 'superseded', `run ${next}`);
    await end(transaction, number, { outcome: 'superseded', reason, lastLine: line });
    const unread = await transaction
      .updateTable('runs')
      .set({ temporal_run_id: `${row.temporal_run_id}/${number}` })
      .where('number', '=', number)
      .returning(['workflow_id', 'serial'])
      .executeTakeFirstOrThrow();
    return transaction
      .insertInto('runs')
      .values({ ...row, ...unread, number: next, started_at: clock() })
      .returning(RUN_COLUMNS)
      .executeTakeFirstOrThrow();
  };

  return { end, supersede, goOnAbove };
}
