import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Answers } from '../../domain/node/inspection.ts';
import { openInspection, sealInspection } from '../configurations/configuration-text.ts';
import type { Schema } from '../schema.ts';
import type { Vault } from '../secrets/encryption.ts';
import type { KnownSecrets } from '../secrets/known-secrets.ts';
import { mapTexts } from '../secrets/map-texts.ts';
import type { Inspections } from './contract.ts';

/** Milliseconds after which nobody waits for the answer any more. */
const KEPT_MS = 3_600_000;

interface Parts {
  readonly db: Kysely<Schema>;
  readonly vault: Vault;
  readonly knownSecrets: KnownSecrets;
  readonly clock: () => number;
}

export function createInspections({ db, vault, knownSecrets, clock }: Parts): Inspections {
  return {
    async ask(inspection) {
      const id = randomUUID();
      const sealed = sealInspection(vault, placeOf(id), inspection);
      await db.transaction().execute(async (transaction) => {
        await transaction
          .deleteFrom('inspections')
          .where('asked_at', '<', clock() - KEPT_MS)
          .execute();
        await transaction
          .insertInto('inspections')
          .values({ id, asked_at: clock(), configuration: sealed, answer: null })
          .execute();
      });
      return id;
    },

    async asked(id) {
      const row = await rowOf(id);
      return row && openInspection(vault, placeOf(id), row.configuration);
    },

    async answer(id, given) {
      const { maskOwn } = await knownSecrets.masker(db);
      const answer = JSON.stringify(mapTexts(given, maskOwn));
      await db
        .transaction()
        .execute((transaction) =>
          transaction.updateTable('inspections').set({ answer }).where('id', '=', id).execute(),
        );
    },

    async answerOf<Kind extends keyof Answers>(id: string) {
      const row = await rowOf(id);
      return row?.answer ? (JSON.parse(row.answer) as Answers[Kind]) : undefined;
    },
  };

  function rowOf(id: string) {
    return db.selectFrom('inspections').selectAll().where('id', '=', id).executeTakeFirst();
  }
}

const placeOf = (id: string): string => `inspections/${id}/configuration`;
