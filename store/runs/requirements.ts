import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';
import type { Requirements } from './contract.ts';

export function createRequirements(db: Kysely<Schema>, clock: () => number): Requirements {
  return {
    async lackedBy(known) {
      const required = await db.selectFrom('worker_requirements').select('name').orderBy('name').execute();
      return required.map(({ name }) => name).filter((name) => !known.includes(name));
    },

    async require(known) {
      return db.transaction().execute(async (transaction) => {
        const newest = () =>
          transaction
            .selectFrom('worker_requirements')
            .select(({ fn }) => [fn.countAll<number>().as('count'), fn.max('since').as('since')])
            .executeTakeFirstOrThrow();
        const since = Number((await newest()).count) === 0 ? null : clock();
        await transaction
          .insertInto('worker_requirements')
          .values(known.map((name) => ({ name, since })))
          .onConflict((conflict) => conflict.column('name').doNothing())
          .execute();
        return (await newest()).since ?? undefined;
      });
    },
  };
}
