import { type Expression, type ExpressionBuilder, type Kysely, sql, type SqlBool } from 'kysely';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { Overtaken } from '../../domain/run/overtaken.ts';
import type { StepState } from '../../domain/run/run.ts';
import { sameText } from '../../domain/text/distinct.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { takeTurn } from '../dialect.ts';
import type { Schema } from '../schema.ts';
import type { KnownSecrets } from '../secrets/known-secrets.ts';
import { mapTexts } from '../secrets/map-texts.ts';
import type { StepKey, StepRecords } from './contract.ts';
import { toRecord, toRecords } from './step-rows.ts';
import { versionOf } from './steps-version.ts';

interface Parts {
  readonly db: Kysely<Schema>;
  readonly knownSecrets: KnownSecrets;
  readonly clock: () => number;
}

export function createStepRecords({ db, knownSecrets, clock }: Parts): StepRecords {
  const recordsOf = (run: number) =>
    db
      .selectFrom('step_records')
      .selectAll()
      .where('run', '=', run)
      .orderBy('started_at')
      .orderBy('target')
      .orderBy('round');

  const versionWhere = async (run: number, endedBefore?: number): Promise<string> => {
    const rows = db.selectFrom('step_records').where('run', '=', run);
    const { records, attempts, failures, ended, endedAt } = await (
      endedBefore === undefined ? rows : rows.where('ended_at', '<', endedBefore)
    )
      .select(({ fn }) => [
        fn.countAll<number>().as('records'),
        fn.sum<number | null>('attempts').as('attempts'),
        fn.sum<number | null>('failures').as('failures'),
        fn.count<number>('ended_at').as('ended'),
        fn.max('ended_at').as('endedAt'),
      ])
      .executeTakeFirstOrThrow();
    const sums = { records, attempts: attempts ?? 0, failures: failures ?? 0, ended };
    return versionOf({ ...sums, endedAt: endedAt ?? undefined });
  };

  return {
    begin: (key) =>
      db.transaction().execute(async (transaction) => {
        const row = await transaction
          .insertInto('step_records')
          .values({ ...key, state: 'running', attempts: 1, failures: 0, started_at: clock(), reasons: '[]' })
          .onConflict((conflict) =>
            conflict.columns(['run', 'target', 'step', 'round']).doUpdateSet({
              state: sql<StepState>`case step_records.state when 'retrying' then 'retrying' else 'running' end`,
              attempts: sql<number>`step_records.attempts + 1`,
              ended_at: null,
            }),
          )
          .returningAll()
          .executeTakeFirstOrThrow();
        return toRecord(row);
      }),

    reach: (key, position) =>
      db.transaction().execute(async (transaction) => {
        const row = await transaction
          .updateTable('step_records')
          .set({ state: 'running', position: sql<number>`coalesce(position, ${position ?? null})` })
          .where(isStep(key))
          .returning('run')
          .executeTakeFirst();
        if (row === undefined) notOpen(key);
      }),

    progress: (key) =>
      db.transaction().execute(async (transaction) => {
        await transaction.updateTable('step_records').set({ silent_since: null }).where(isStep(key)).execute();
      }),

    work: (key, work) =>
      db.transaction().execute(async (transaction) => {
        await transaction
          .updateTable('step_records')
          .set({ work: JSON.stringify(work) })
          .where(isStep(key))
          .execute();
      }),

    note: (key, reason) =>
      db.transaction().execute(async (transaction) => {
        await takeTurn(transaction, `steps of ${key.target}`);
        const steps = transaction.selectFrom('step_records').select('reasons').where(isStep(key));
        const row = (await steps.executeTakeFirst()) ?? notOpen(key);
        const known = JSON.parse(row.reasons) as Text[];
        const shown = mapTexts(reason, (await knownSecrets.masker(transaction)).maskOwn);
        if (known.some((each) => sameText(each, shown))) return;
        const reasons = JSON.stringify([...known, shown]);
        await transaction.updateTable('step_records').set({ reasons }).where(isStep(key)).execute();
      }),

    fail: (key, { code, message, counts, isOver = counts, parks, failingMs = 0 }) =>
      db.transaction().execute(async (transaction) => {
        const now = clock();
        const masker = await knownSecrets.masker(transaction);
        const row = await transaction
          .updateTable('step_records')
          .set({
            state: parks ? 'parked' : 'retrying',
            failures: sql<number>`failures + ${counts ? 1 : 0}`,
            first_failure_at: sql<number>`coalesce(first_failure_at, ${now - failingMs})`,
            silent_since: sql<number>`coalesce(silent_since, ${now})`,
            ended_at: parks ? now : null,
            ...(isOver ? { position: null } : {}),
            error: JSON.stringify({ code, message: mapTexts(message, masker.maskOwn) }),
          })
          .where(isStep(key))
          .returningAll()
          .executeTakeFirst();
        return toRecord(row ?? notOpen(key));
      }),

    end: (key, state, reasons) =>
      db.transaction().execute(async (transaction) => {
        const succeeded = state === 'done' || state === 'unchanged';
        const { maskOwn } = await knownSecrets.masker(transaction);
        const row = await transaction
          .updateTable('step_records')
          .set({
            state,
            reasons: JSON.stringify(reasons.map((reason) => mapTexts(reason, maskOwn))),
            ended_at: clock(),
            work: null,
            ...(succeeded ? { error: null } : {}),
          })
          .where(isStep(key))
          .returning('run')
          .executeTakeFirst();
        if (row === undefined) notOpen(key);
      }),

    async of(run) {
      return toRecords(await recordsOf(run).execute());
    },

    version: (run) => versionWhere(run),

    async since(run, at) {
      const [rows, earlier] = await Promise.all([
        recordsOf(run)
          .where(({ or, eb }) => or([eb('ended_at', 'is', null), eb('ended_at', '>=', at)]))
          .execute(),
        versionWhere(run, at),
      ]);
      return { records: toRecords(rows), earlier };
    },

    async inProgress(run) {
      const open = db
        .selectFrom('step_records')
        .select('target')
        .where('run', '=', run)
        .where('state', 'in', ['running', 'retrying', 'parked']);
      return toRecords(await recordsOf(run).where('target', 'in', open).execute());
    },

    async ofTarget(run, target) {
      return toRecords(await recordsOf(run).where('target', '=', target).execute());
    },

    async ofTargets(run, targets) {
      return toRecords(await recordsOf(run).where('target', 'in', targets).execute());
    },

    async hasBegun(run) {
      const rows = db.selectFrom('step_records').select('run').where('run', '=', run).limit(1);
      return (await rows.executeTakeFirst()) !== undefined;
    },
  };
}

const isStep =
  ({ run, target, step, round, attempts }: StepKey) =>
  (builder: ExpressionBuilder<Schema, 'step_records'>): Expression<SqlBool> =>
    builder.and([
      builder.and({ run, target, step, round }),
      ...(attempts === undefined ? [] : [builder('attempts', '=', attempts), builder('ended_at', 'is', null)]),
    ]);

function notOpen({ run, target, step, round, attempts }: StepKey): never {
  if (attempts !== undefined) throw new Overtaken({ step, target });
  throw new DeploymentEngineError(
    'RunNotFound',
    phrase('Run {run} never began {step} on {target}, round {round}.', { run, step, target, round }),
  );
}
