import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../../store/open-store.ts';
import { PASSWORD, startPostgres, type TestPostgres, USER } from '../../support/postgres.ts';
import { isPostgresHere } from '../drivers.ts';
import { useStores } from '../stores.ts';

describe.skipIf(!isPostgresHere)('an account that may do little in PostgreSQL', { timeout: 120_000 }, () => {
  let server: TestPostgres;
  const opened = useStores((dataDir, options) => openStore({ dataDir, ...options }));

  beforeAll(async () => {
    server = startPostgres();
    await server.ready();
    await asOperator(`create role guest login password '${PASSWORD}'`);
  });
  afterAll(() => server.remove());

  const asOperator = async (text: string, database?: string): Promise<void> => {
    const client = new Client({ connectionString: server.url(database) });
    await client.connect();
    await client.query(text);
    await client.end();
  };
  const asGuest = (database?: string): string => server.url(database).replace(`//${USER}:`, '//guest:');

  it('needs no right to temporary tables', async () => {
    await asOperator('create database lasting');
    await asOperator(
      'revoke temporary on database lasting from public; create schema cf authorization guest',
      'lasting',
    );
    const store = await opened({ databaseUrl: asGuest('lasting') });
    await store.assertWritable();
    await store.assertWritable();
  });
});
