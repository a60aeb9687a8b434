import type { Kysely, Transaction } from 'kysely';
import type { Plan } from '../../domain/plan/plan.ts';
import { takeTurn } from '../dialect.ts';
import type { Schema } from '../schema.ts';
import type { Runs } from './contract.ts';
import { runNotFound } from './run-rows.ts';

interface Version {
  readonly run: number;
  readonly version: number;
}

export function createRunPlans(db: Kysely<Schema>): Pick<Runs, 'savePlan' | 'plan' | 'amendPlan'> {
  /** Every step of every node reads the plan of its run, many of them at the same time after a change. */
  let newest: (Version & { readonly plan: Promise<Plan | undefined> }) | undefined;

  return {
    async savePlan(plan) {
      const saved = await db.transaction().execute((transaction) => writePlan(transaction, plan));
      if (!saved) throw runNotFound(plan.run);
    },

    async plan(run) {
      const row = await db.selectFrom('runs').select('plan_version').where('number', '=', run).executeTakeFirst();
      if (row === undefined) return undefined;
      const version = row.plan_version;
      if (newest?.run === run && newest.version === version) return newest.plan;
      const reading = { run, version, plan: readPlan(db, run).then((read) => read && withSharedParts(read.plan)) };
      newest = reading;
      reading.plan.catch(() => {
        if (newest === reading) newest = undefined;
      });
      return reading.plan;
    },

    amendPlan: (run, amend) =>
      db.transaction().execute(async (transaction) => {
        await takeTurn(transaction, 'runs');
        const read = await readPlan(transaction, run);
        if (read === undefined) throw runNotFound(run);
        const amended = amend(read.plan);
        await writePlan(transaction, amended);
        return amended;
      }),
  };
}

async function readPlan(db: Kysely<Schema>, run: number): Promise<(Version & { readonly plan: Plan }) | undefined> {
  const row = await db.selectFrom('runs').select(['plan', 'plan_version']).where('number', '=', run).executeTakeFirst();
  return row?.plan ? { run, version: row.plan_version, plan: JSON.parse(row.plan) as Plan } : undefined;
}

/** Most nodes of a large cluster have the same to do for the same reasons: those share what says so, instead of having it each. */
function withSharedParts(plan: Plan): Plan {
  const known = new Map<string, unknown>();
  const shared = <Part>(part: Part): Part => {
    const key = JSON.stringify(part);
    if (!known.has(key)) known.set(key, part);
    return known.get(key) as Part;
  };
  return {
    ...plan,
    nodes: plan.nodes.map((node) => ({ ...node, steps: shared(node.steps) })),
    instances: plan.instances.map((instance) => ({
      ...instance,
      reasons: shared(instance.reasons),
      steps: shared(instance.steps),
      needs: shared(instance.needs),
      after: shared(instance.after),
    })),
  };
}

async function writePlan(transaction: Transaction<Schema>, plan: Plan): Promise<boolean> {
  const written = await transaction
    .updateTable('runs')
    .set(({ eb }) => ({ plan: JSON.stringify(plan), plan_version: eb('plan_version', '+', 1) }))
    .where('number', '=', plan.run)
    .returning('number')
    .executeTakeFirst();
  return written !== undefined;
}
