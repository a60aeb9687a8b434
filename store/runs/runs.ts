import type { Kysely, Selectable, Transaction } from 'kysely';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Operation, Plan } from '../../domain/plan/plan.ts';
import { lastLine } from '../../domain/run/last-line.ts';
import type { NewLogLine } from '../../domain/run/log.ts';
import type { Outcome, Run } from '../../domain/run/run.ts';
import { appendLines } from '../log/log-lines.ts';
import { splitMessage } from '../log/output-lines.ts';
import type { Schema } from '../schema.ts';
import type { KnownSecrets } from '../secrets/known-secrets.ts';
import type { Runs, RunStart } from './contract.ts';

type Row = Omit<Selectable<Schema['runs']>, 'plan' | 'workflow_id'>;

const RUN_COLUMNS = [
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

/** Marks the execution's id at a number that it has left: each id names one run. */
const SUPERSEDED = /\/\d+$/;

interface Parts {
  readonly db: Kysely<Schema>;
  readonly knownSecrets: KnownSecrets;
  readonly clock: () => number;
}

export function createRuns({ db, knownSecrets, clock }: Parts): Runs {
  const end = async (
    transaction: Transaction<Schema>,
    run: number,
    { outcome, reason, lastLine: closing }: Ending,
  ): Promise<Row> => {
    const masker = await knownSecrets.masker(transaction);
    const now = clock();
    const lines = splitMessage(closing.line, masker).map((line) => ({ ...closing, line }));
    await appendLines(transaction, run, { lines, time: now });
    return transaction
      .updateTable('runs')
      .set({ outcome, reason: reason === undefined ? null : masker.maskOwn(reason), ended_at: now })
      .where('number', '=', run)
      .returning(RUN_COLUMNS)
      .executeTakeFirstOrThrow();
  };

  const supersede = async (transaction: Transaction<Schema>, run: number, by: number): Promise<void> => {
    const row = await rowOf(transaction, { number: run });
    if (row?.outcome !== null) return;
    const line = lastLine({ operation: row.operation as Operation, number: run }, 'superseded', `run ${by}`);
    await end(transaction, run, { outcome: 'superseded', reason: `run ${by} has taken over`, lastLine: line });
  };

  const goOnAbove = async (transaction: Transaction<Schema>, { number, ...row }: Row, above: number): Promise<Row> => {
    const next = Math.max(above, await highest(transaction)) + 1;
    const reason = `a node has seen run ${above} of this engine, so it goes on as run ${next}`;
    const line = lastLine({ operation: row.operation as Operation, number }, 'superseded', `run ${next}`);
    await end(transaction, number, { outcome: 'superseded', reason, lastLine: line });
    const { workflow_id } = await transaction
      .updateTable('runs')
      .set({ temporal_run_id: `${row.temporal_run_id}/${number}` })
      .where('number', '=', number)
      .returning('workflow_id')
      .executeTakeFirstOrThrow();
    return transaction
      .insertInto('runs')
      .values({ ...row, number: next, workflow_id, started_at: clock() })
      .returning(RUN_COLUMNS)
      .executeTakeFirstOrThrow();
  };

  return {
    begin: (start) =>
      db.transaction().execute(async (transaction) => {
        const known = await rowOf(transaction, { temporalRunId: start.temporalRunId });
        if (known !== undefined) return toRun(known);
        const begun = await insertRun(transaction, start, clock());
        if (start.supersedes !== undefined) await supersede(transaction, start.supersedes, begun.number);
        return toRun(begun);
      }),

    async get(run) {
      const row = await rowOf(db, { number: run });
      return row && toRun(row);
    },

    raise: (run, above) =>
      db.transaction().execute(async (transaction) => {
        const begun = await rowOf(transaction, { number: run });
        if (begun === undefined) throw runNotFound(run);
        const temporalRunId = begun.temporal_run_id.replace(SUPERSEDED, '');
        const current = await rowOf(transaction, { temporalRunId });
        if (current === undefined) throw runNotFound(run);
        if (current.number > above) return toRun(current);
        return toRun(await goOnAbove(transaction, current, above));
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
      const row = await rowOf(db, { number: run });
      if (row?.outcome === null && row.temporal_run_id === temporalRunId) return;
      throw new DeploymentEngineError('RunEnded', `Run ${run} has ended or belongs to another execution.`, {
        details: { run },
      });
    },

    async savePlan(plan) {
      const saved = await db.transaction().execute((transaction) => writePlan(transaction, plan));
      if (!saved) throw runNotFound(plan.run);
    },

    plan: (run) => planOf(db, run),

    amendPlan: (run, amend) =>
      db.transaction().execute(async (transaction) => {
        const plan = await planOf(transaction, run);
        if (plan === undefined) throw runNotFound(run);
        const amended = amend(plan);
        await writePlan(transaction, amended);
        return amended;
      }),

    finish: (run, outcome, reason, closing) =>
      db.transaction().execute(async (transaction) => {
        const row = await rowOf(transaction, { number: run });
        if (row === undefined) throw runNotFound(run);
        return toRun(row.outcome === null ? await end(transaction, run, { outcome, reason, lastLine: closing }) : row);
      }),

    deployed: () =>
      db
        .selectFrom('runs')
        .select(['revision', 'release'])
        .where('operation', '=', 'deploy')
        .where('outcome', 'in', ['ok', 'unchanged'])
        .orderBy('number', 'desc')
        .limit(1)
        .executeTakeFirst(),

    async deployments(after = 0) {
      const { count } = await db
        .selectFrom('runs')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('operation', '=', 'deploy')
        .where('outcome', '=', 'ok')
        .where('number', '>', after)
        .executeTakeFirstOrThrow();
      return count;
    },
  };
}

interface Ending {
  readonly outcome: Outcome;
  readonly reason: string | undefined;
  readonly lastLine: NewLogLine;
}

function rowOf(db: Kysely<Schema>, key: { number: number } | { temporalRunId: string }): Promise<Row | undefined> {
  const runs = db.selectFrom('runs').select(RUN_COLUMNS);
  const found =
    'number' in key ? runs.where('number', '=', key.number) : runs.where('temporal_run_id', '=', key.temporalRunId);
  return found.executeTakeFirst();
}

async function planOf(db: Kysely<Schema>, run: number): Promise<Plan | undefined> {
  const row = await db.selectFrom('runs').select('plan').where('number', '=', run).executeTakeFirst();
  return row?.plan ? (JSON.parse(row.plan) as Plan) : undefined;
}

async function writePlan(transaction: Transaction<Schema>, plan: Plan): Promise<boolean> {
  const written = await transaction
    .updateTable('runs')
    .set({ plan: JSON.stringify(plan) })
    .where('number', '=', plan.run)
    .returning('number')
    .executeTakeFirst();
  return written !== undefined;
}

async function highest(transaction: Transaction<Schema>): Promise<number> {
  const last = await transaction
    .selectFrom('runs')
    .select(({ fn }) => fn.max('number').as('number'))
    .executeTakeFirst();
  return last?.number ?? 0;
}

async function insertRun(transaction: Transaction<Schema>, start: RunStart, now: number): Promise<Row> {
  return transaction
    .insertInto('runs')
    .values({
      number: (await highest(transaction)) + 1,
      operation: start.operation,
      revision: start.revision,
      release: start.release,
      workflow_id: start.workflowId,
      temporal_run_id: start.temporalRunId,
      started_at: now,
    })
    .returning(RUN_COLUMNS)
    .executeTakeFirstOrThrow();
}

const toRun = (row: Row): Run => ({
  number: row.number,
  operation: row.operation as Operation,
  revision: row.revision,
  release: row.release,
  temporalRunId: row.temporal_run_id,
  startedAt: row.started_at,
  endedAt: row.ended_at ?? undefined,
  outcome: (row.outcome as Outcome | null) ?? undefined,
  reason: row.reason ?? undefined,
});

const runNotFound = (run: number): DeploymentEngineError =>
  new DeploymentEngineError('RunNotFound', `There is no run ${run}.`, { details: { run } });
