import type { Kysely } from 'kysely';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { dialectOf } from '../dialect.ts';
import type { Schema } from '../schema.ts';
import { createVault, type Vault } from './encryption.ts';
import { keyFile, makeMasterKey, parseMasterKey, readMasterKey } from './master-key.ts';

const CHECK = { place: 'key_check', text: 'deployment-engine' };

/**
 * Opens the vault with the given key (64 hex digits), or with the data folder's own, which is made on first use.
 *
 * @throws EngineDamaged when the key is missing or is not the one the database was made with.
 */
export async function openVault(db: Kysely<Schema>, dataDir: string, hexKey: string | undefined): Promise<Vault> {
  if (hexKey !== undefined) return checked(db, createVault(parseMasterKey(hexKey)), 'the settings');

  // Before the key: another process that opens the same folder for the first time makes the key, and then writes this.
  const check = await readCheck(db);
  const key = await readMasterKey(dataDir);
  if (key !== undefined) return checked(db, createVault(key), keyFile(dataDir));
  if (check !== undefined) {
    throw new DeploymentEngineError(
      'EngineDamaged',
      phrase('The master key {file} of {data} is missing; restore it, or name another with {variable}.', {
        file: keyFile(dataDir),
        data: dialectOf(db).data,
        variable: 'DEPLOYMENT_ENGINE_KEY_FILE',
      }),
    );
  }
  return checked(db, createVault(await makeMasterKey(dataDir)), keyFile(dataDir));
}

async function checked(db: Kysely<Schema>, vault: Vault, source: Text): Promise<Vault> {
  const sealed = vault.seal(CHECK.text, CHECK.place);
  await db.transaction().execute((transaction) =>
    transaction
      .insertInto('key_check')
      .values({ singleton: 1, sealed })
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
  const stored = await readCheck(db);
  try {
    vault.open(stored ?? '', CHECK.place);
    return vault;
  } catch (cause) {
    throw new DeploymentEngineError(
      'EngineDamaged',
      phrase(
        'The key from {source} is not the one {data} was encrypted with; put the right one back, or name it with {variable}.',
        { source, data: dialectOf(db).data, variable: 'DEPLOYMENT_ENGINE_KEY_FILE' },
      ),
      { cause },
    );
  }
}

async function readCheck(db: Kysely<Schema>): Promise<string | undefined> {
  const row = await db.selectFrom('key_check').select('sealed').executeTakeFirst();
  return row?.sealed;
}
