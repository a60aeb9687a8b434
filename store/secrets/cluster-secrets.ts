import type { Kysely } from 'kysely';
import { Secret } from '../../domain/secret.ts';
import { takeTurn } from '../dialect.ts';
import type { Schema } from '../schema.ts';
import type { ClusterSecrets } from './contract.ts';
import type { Vault } from './encryption.ts';
import type { KnownSecrets } from './known-secrets.ts';

export function createClusterSecrets(db: Kysely<Schema>, vault: Vault, knownSecrets: KnownSecrets): ClusterSecrets {
  const opened = (rows: readonly { name: string; value: string }[]): Map<string, Secret> =>
    new Map(rows.map(({ name, value }) => [name, secretOf(name, vault.open(value, placeOf(name)))]));

  const read = async (names: readonly string[]): Promise<Map<string, Secret>> =>
    names.length === 0
      ? new Map()
      : opened(await db.selectFrom('cluster_secrets').selectAll().where('name', 'in', names).execute());

  const insert = (made: readonly { name: string; value: string }[]): Promise<void> =>
    db.transaction().execute(async (transaction) => {
      await takeTurn(transaction, 'secrets');
      await transaction
        .insertInto('cluster_secrets')
        .values(made.map(({ name, value }) => ({ name, value: vault.seal(value, placeOf(name)) })))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      await knownSecrets.learn(
        transaction,
        made.map(({ value }) => value),
      );
    });

  return {
    async ensure(names, generate) {
      const known = await read(names);
      const missing = names.filter((name) => !known.has(name));
      if (missing.length === 0) return known;
      // Generated outside the transaction, since a key pair takes time. Of two processes, the second gets the first one's.
      await insert(missing.map((name) => ({ name, value: generate(name) })));
      return read(names);
    },

    known: async () => opened(await db.selectFrom('cluster_secrets').selectAll().execute()),
  };
}

const placeOf = (name: string): string => `cluster_secrets/${name}`;

// The names of secrets become names of shell variables.
const secretOf = (name: string, value: string): Secret => new Secret(name.replaceAll(/\W/g, '_'), value);
