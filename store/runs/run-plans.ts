import type { Kysely, Transaction } from 'kysely';
import type { Plan } from '../../domain/plan/plan.ts';
import { takeTurn } from '../dialect.ts';
import type { Schema } from '../schema.ts';
import type { Runs } from './contract.ts';
import { runNotFound } from './run-rows.ts';

export function createRunPlans(db: Kysely<Schema>): Pick<Runs, 'savePlan' | 'plan' | 'amendPlan'> {
  return {
    async savePlan(plan) {
      const saved = await db.transaction().execute((transaction) => writePlan(transaction, plan));
      if (!saved) throw runNotFound(plan.run);
    },

    plan: (run) => planOf(db, run),

    amendPlan: (run, amend) =>
      db.transaction().execute(async (transaction) => {
        await takeTurn(transaction, 'runs');
        const plan = await planOf(transaction, run);
        if (plan === undefined) throw runNotFound(run);
        const amended = amend(plan);
        await writePlan(transaction, amended);
        return amended;
      }),
  };
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
