import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../../store/open-store.ts';
import { PASSWORD, startPostgres, type TestPostgres, USER } from '../../support/postgres.ts';
import { isPostgresHere } from '../drivers.ts';
import { beginRun } from '../samples.ts';
import { useFolders, useStores } from '../stores.ts';

describe.skipIf(!isPostgresHere)('an account that may do little in PostgreSQL', { timeout: 120_000 }, () => {
  const folder = useFolders();
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

  it.each([
    ['nothing', ''],
    ['only the use', 'grant usage on schema cf to guest;'],
  ])('is told what to grant where another owns the schema and granted %s', async (_what, granted) => {
    await asOperator(`drop schema if exists cf cascade; create schema cf; ${granted}`);
    await expect(openStore({ dataDir: folder(), databaseUrl: asGuest() })).rejects.toMatchObject({
      code: 'EnvironmentLacking',
      message: expect.stringContaining('grant usage, create on schema "cf" to ACCOUNT'),
    });
  });

  it('may lose the right to make tables once they are made', async () => {
    await asOperator(`create schema made; grant usage, create on schema made to guest`);
    const options = { dataDir: folder(), databaseUrl: asGuest(), cluster: 'made' };
    await (await openStore(options)).close();
    await asOperator(`revoke create on schema made from guest`);
    expect(await beginRun(await opened(options))).toBe(1);
  });

  it.each([
    ['a full disk', `raise 'no space left' using errcode = '53100'`, 'is full'],
    ['a lost connection', 'perform pg_terminate_backend(pg_backend_pid())', 'does not answer'],
  ])('is told of %s while the first tables are made', async (what, act, words) => {
    const database = what.replaceAll(' ', '_');
    await asOperator(`create database ${database}`);
    await asOperator(
      `create function stop() returns event_trigger language plpgsql as $$ begin ${act}; end $$;
      create event trigger stop on ddl_command_start when tag in ('CREATE TABLE') execute function stop()`,
      database,
    );
    await expect(openStore({ dataDir: folder(), databaseUrl: server.url(database) })).rejects.toMatchObject({
      code: 'StoreUnwritable',
      message: expect.stringContaining(words),
    });
  });
});
