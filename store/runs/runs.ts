import type { Kysely, Transaction } from 'kysely';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Operation } from '../../domain/plan/plan.ts';
import { lastLine } from '../../domain/run/last-line.ts';
import type { Outcome } from '../../domain/run/run.ts';
import { inEnglish, phrase } from '../../domain/text/text.ts';
import { takeTurn } from '../dialect.ts';
import type { Schema } from '../schema.ts';
import type { KnownSecrets } from '../secrets/known-secrets.ts';
import type { Runs, RunStart } from './contract.ts';
import { createRunEnds } from './run-ends.ts';
import { createRunPlans } from './run-plans.ts';
import { highestNumber, RUN_COLUMNS, runNotFound, runRow, type RunRow, toRun } from './run-rows.ts';

/** Appended to the Temporal run id of a run that continues under another number, since each id names one run. */
const SUPERSEDED = /\/\d+$/;

/** The run of the same workflow under its newest number. */
const goingOn = (transaction: Transaction<Schema>, { temporal_run_id: id }: RunRow): Promise<RunRow | undefined> =>
  runRow(transaction, { temporalRunId: id.replace(SUPERSEDED, '') });

interface Parts {
  readonly db: Kysely<Schema>;
  readonly knownSecrets: KnownSecrets;
  readonly clock: () => number;
}

export function createRuns({ db, knownSecrets, clock }: Parts): Runs {
  const ends = createRunEnds({ knownSecrets, clock });
  return {
    begin: (start) =>
      db.transaction().execute(async (transaction) => {
        await takeTurn(transaction, 'runs');
        const known = await runRow(transaction, { temporalRunId: start.temporalRunId });
        if (known !== undefined) return toRun(known);
        const begun = await insertRun(transaction, start, clock());
        if (start.supersedes !== undefined) await ends.supersede(transaction, start.supersedes, begun.number);
        return toRun(begun);
      }),

    async get(run) {
      const row = await runRow(db, { number: run });
      return row && toRun(row);
    },

    async serial(run) {
      const row = await db.selectFrom('runs').select('serial').where('number', '=', run).executeTakeFirst();
      return row?.serial ?? undefined;
    },

    raise: (run, above) =>
      db.transaction().execute(async (transaction) => {
        await takeTurn(transaction, 'runs');
        const begun = await runRow(transaction, { number: run });
        if (begun === undefined) throw runNotFound(run);
        const current = await goingOn(transaction, begun);
        if (current === undefined) throw runNotFound(run);
        // One that has ended meanwhile, for example by a cancel, goes on under no number.
        if (current.number > above || current.outcome !== null) return toRun(current);
        return toRun(await ends.goOnAbove(transaction, current, above));
      }),

    async list({ before, limit }) {
      const newest = db.selectFrom('runs').select(RUN_COLUMNS).orderBy('number', 'desc').limit(limit);
      const rows = await (before === undefined ? newest : newest.where('number', '<', before)).execute();
      return rows.map(toRun);
    },

    async open() {
      const row = await db
        .selectFrom('runs')
        .select(RUN_COLUMNS)
        .where('outcome', 'is', null)
        .orderBy('number', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && toRun(row);
    },

    async assertOpen(run, temporalRunId) {
      const row = await runRow(db, { number: run });
      if (row?.outcome === null && row.temporal_run_id === temporalRunId) return;
      throw new DeploymentEngineError(
        'RunEnded',
        phrase('Run {run} has ended or belongs to another execution.', { run }),
        {
          details: { run },
        },
      );
    },

    ...createRunPlans(db),

    finish: (run, outcome, reason, closing) =>
      db.transaction().execute(async (transaction) => {
        await takeTurn(transaction, 'runs');
        const row = await runRow(transaction, { number: run });
        if (row === undefined) throw runNotFound(run);
        if (row.outcome === null)
          return toRun(await ends.end(transaction, run, { outcome, reason, lastLine: closing }));
        // Its workflow may have gone on under a higher number without knowing yet.
        const current = await goingOn(transaction, row);
        if (current?.outcome !== null) return toRun(row);
        const { number } = current;
        const detail = reason === undefined ? undefined : inEnglish(reason);
        const line = lastLine({ operation: current.operation as Operation, number }, outcome, detail);
        return toRun(await ends.end(transaction, number, { outcome, reason, lastLine: line }));
      }),

    async counts() {
      const rows = await db
        .selectFrom('runs')
        .select(({ fn }) => ['operation', 'outcome', fn.countAll().as('count')])
        .groupBy(['operation', 'outcome'])
        .execute();
      // PostgreSQL counts in 64 bits, which its driver hands over as text.
      return rows.map(({ operation, outcome, count }) => ({
        operation: operation as Operation,
        outcome: (outcome ?? undefined) as Outcome | undefined,
        count: Number(count),
      }));
    },

    deployed: () =>
      db
        .selectFrom('runs')
        .select(['revision', 'release'])
        .where('operation', '=', 'deploy')
        .where('outcome', 'in', ['ok', 'unchanged'])
        .orderBy('number', 'desc')
        .limit(1)
        .executeTakeFirst(),
  };
}

async function insertRun(transaction: Transaction<Schema>, start: RunStart, now: number): Promise<RunRow> {
  return transaction
    .insertInto('runs')
    .values({
      number: (await highestNumber(transaction)) + 1,
      operation: start.operation,
      revision: start.revision,
      release: start.release,
      workflow_id: start.workflowId,
      temporal_run_id: start.temporalRunId,
      started_at: now,
      serial: start.serial ?? null,
    })
    .returning(RUN_COLUMNS)
    .executeTakeFirstOrThrow();
}
