import type { Kysely, Selectable, Transaction } from 'kysely';
import { canonicalJson } from '../../domain/canonical-json.ts';
import type { Configuration } from '../../domain/configuration.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';
import { takeTurn } from '../dialect.ts';
import type { Schema } from '../schema.ts';
import type { Vault } from '../secrets/encryption.ts';
import type { KnownSecrets } from '../secrets/known-secrets.ts';
import { type SecretValues, secretsOf, withSecrets } from './configuration-text.ts';
import type { Configurations, Revision } from './contract.ts';

type Row = Selectable<Schema['revisions']>;

const DIGEST_CHARACTERS = 32;

interface Parts {
  readonly db: Kysely<Schema>;
  readonly vault: Vault;
  readonly knownSecrets: KnownSecrets;
  readonly clock: () => number;
}

export function createConfigurations({ db, vault, knownSecrets, clock }: Parts): Configurations {
  const revisionOf = (row: Row): Revision => ({
    number: row.number,
    etag: row.etag,
    configuration: withSecrets(row.configuration, JSON.parse(vault.open(row.secrets, placeOf(row.number)))),
    document: JSON.parse(row.document),
  });

  /** The newest revision that was read: none changes once it was accepted, and of thousands of nodes it is large. */
  let last: Revision | undefined;
  const newestNumber = async (): Promise<number> => {
    const row = await db
      .selectFrom('revisions')
      .select(({ fn }) => fn.max('number').as('newest'))
      .executeTakeFirst();
    return row?.newest ?? 0;
  };

  const insert = async (
    transaction: Transaction<Schema>,
    row: Omit<Row, 'secrets' | 'accepted_at'>,
    secrets: SecretValues,
  ) => {
    const sealed = vault.seal(JSON.stringify(secrets), placeOf(row.number));
    await transaction
      .insertInto('revisions')
      .values({ ...row, secrets: sealed, accepted_at: clock() })
      .execute();
    await knownSecrets.learn(transaction, Object.values(secrets));
  };

  const digestOf = (configuration: Configuration): string =>
    vault.digest(canonicalJson([configuration, secretsOf(configuration)])).slice(0, DIGEST_CHARACTERS);

  return {
    accept: (configuration, document, after) =>
      db.transaction().execute(async (transaction) => {
        await takeTurn(transaction, 'revisions');
        const secrets = secretsOf(configuration);
        const digest = digestOf(configuration);
        const row = await newestRow(transaction);
        const newest = row?.number ?? 0;
        if (after !== undefined && after !== newest)
          throw new DeploymentEngineError(
            'RevisionMismatch',
            phrase('revision {newest} has come meanwhile', { newest }),
          );
        if (row !== undefined && row.etag === etagOf(row.number, digest)) return revisionOf(row);

        const number = newest + 1;
        const texts = { configuration: canonicalJson(configuration), document: JSON.stringify(document) };
        await insert(transaction, { number, etag: etagOf(number, digest), ...texts }, secrets);
        return { number, etag: etagOf(number, digest), configuration, document };
      }),

    async numberFor(configuration) {
      const row = await newestRow(db);
      if (row === undefined) return 1;
      return row.etag === etagOf(row.number, digestOf(configuration)) ? row.number : row.number + 1;
    },

    async newest() {
      if (last?.number === (await newestNumber())) return last;
      const row = await newestRow(db);
      last = row && revisionOf(row);
      return last;
    },

    newestNumber,

    async recent(limit) {
      const rows = await db.selectFrom('revisions').selectAll().orderBy('number', 'desc').limit(limit).execute();
      return rows.map(revisionOf);
    },

    async get(revision) {
      const row = await db.selectFrom('revisions').selectAll().where('number', '=', revision).executeTakeFirst();
      return row && revisionOf(row);
    },
  };
}

const newestRow = (db: Kysely<Schema>): Promise<Row | undefined> =>
  db.selectFrom('revisions').selectAll().orderBy('number', 'desc').limit(1).executeTakeFirst();

const placeOf = (revision: number): string => `revisions/${revision}/secrets`;

// Includes the number, so that a configuration that is posted again later gets another etag.
const etagOf = (revision: number, digest: string): string => `${revision}-${digest}`;
