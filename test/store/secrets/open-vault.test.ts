import type { Kysely } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { migrate } from '../../../store/migrations/migrate.ts';
import type { Schema } from '../../../store/schema.ts';
import { openVault } from '../../../store/secrets/open-vault.ts';
import { openSqlite } from '../../../store/sqlite/open-sqlite.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function openDatabase(dataDir: string): Promise<Kysely<Schema>> {
  const { db, close } = await openSqlite(dataDir);
  onTestFinished(close);
  await migrate(db);
  return db;
}

/** A database that waits for something before it reads. */
const readsAfter = (db: Kysely<Schema>, work: () => Promise<unknown>) =>
  ({
    transaction: () => db.transaction(),
    selectFrom: () => ({
      select: () => ({
        executeTakeFirst: async () => {
          await work();
          return db.selectFrom('key_check').select('sealed').executeTakeFirst();
        },
      }),
    }),
  }) as unknown as Kysely<Schema>;

it('takes the key that another process makes while it looks for one', async () => {
  const dataDir = temporaryFolder();
  const other = await openDatabase(dataDir);
  let faster: ReturnType<typeof openVault> | undefined;
  const db = readsAfter(await openDatabase(dataDir), () => (faster ??= openVault(other, dataDir, undefined)));
  const vault = await openVault(db, dataDir, undefined);
  expect(vault.open((await faster)?.seal('text', 'place') ?? '', 'place')).toBe('text');
});
