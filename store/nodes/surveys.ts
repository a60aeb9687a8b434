import type { Kysely } from 'kysely';
import type { NodeSurvey } from '../../domain/plan/survey.ts';
import type { Schema } from '../schema.ts';
import type { Surveys } from './contract.ts';

export function createSurveys(db: Kysely<Schema>): Surveys {
  return {
    async save(run, surveys) {
      if (surveys.length === 0) return;
      const values = surveys.map((survey) => ({ run, address: survey.address, survey: JSON.stringify(survey) }));
      await db.transaction().execute((transaction) =>
        transaction
          .insertInto('surveys')
          .values(values)
          .onConflict((conflict) =>
            conflict.columns(['run', 'address']).doUpdateSet(({ ref }) => ({ survey: ref('excluded.survey') })),
          )
          .execute(),
      );
    },

    async of(run) {
      const rows = await db.selectFrom('surveys').select('survey').where('run', '=', run).orderBy('address').execute();
      return rows.map(({ survey }) => JSON.parse(survey) as NodeSurvey);
    },

    async forgetEnded() {
      // A superseded run may go on under another number, whose plan is still to be made from its surveys.
      const ended = db
        .selectFrom('runs')
        .select(({ fn }) => fn.max('number').as('number'))
        .where('outcome', '<>', 'superseded');
      const runs = await db.selectFrom('surveys').select('run').distinct().where('run', '<=', ended).execute();
      // One run at a time: others write meanwhile.
      for (const { run } of runs)
        await db
          .transaction()
          .execute((transaction) => transaction.deleteFrom('surveys').where('run', '=', run).execute());
    },
  };
}
