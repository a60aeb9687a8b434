import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPostgresHere } from '../../store/drivers.ts';
import { PASSWORD, programs, startPostgres, type TestPostgres, USER } from '../../support/postgres.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { ROOT } from './composition.ts';

describe.skipIf(!isPostgresHere)('the databases of the composition', { timeout: 120_000 }, () => {
  const secrets = join(temporaryFolder(), 'secrets');
  let server: TestPostgres;

  beforeAll(async () => {
    server = startPostgres();
    await server.ready();
    // As the postgres image has it. `engine`, who made this server, stands for what an earlier try has left.
    await inDatabase('postgres', `create role postgres superuser login password '${PASSWORD}'`);
    mkdirSync(secrets);
    writeFileSync(join(secrets, 'database-url'), `postgres://engine:${PASSWORD}@postgres:5432/engine\n`);
    writeFileSync(join(secrets, 'temporal-database-password'), 'of-temporal\n');
  });
  afterAll(() => server.remove());

  async function inDatabase(database: string, text: string, account = `${USER}:${PASSWORD}`): Promise<unknown[]> {
    const client = new Client({ connectionString: server.url(database).replace(`${USER}:${PASSWORD}`, account) });
    await client.connect();
    const { rows } = await client.query(text);
    await client.end();
    return rows as unknown[];
  }
  const make = (): string => {
    const script = readFileSync(join(ROOT, 'distribution/compose/make-databases.sh'), 'utf8');
    const path = `${programs()}:${process.env['PATH']}`;
    return execFileSync('sh', ['-c', script.replaceAll('/run/secrets', secrets)], {
      env: { PATH: path, PGHOST: server.folder, PGPASSWORD: PASSWORD },
      encoding: 'utf8',
    });
  };
  const owners = `select datname || ' of ' || pg_get_userbyid(datdba) as made from pg_database
    where datname ~ 'engine|temporal' order by 1`;
  const ALL = [
    { made: 'engine of engine' },
    { made: 'temporal of temporal' },
    { made: 'temporal_visibility of temporal' },
  ];

  it('are made where they are missing, as often as the script is run', async () => {
    make();
    expect(await inDatabase('postgres', owners)).toEqual(ALL);
    await inDatabase('engine', 'create table kept (id int)');
    await inDatabase('postgres', 'drop database temporal_visibility');
    make();
    expect(await inDatabase('postgres', owners)).toEqual(ALL);
    expect(await inDatabase('engine', 'select * from kept')).toEqual([]);
  });

  it('open to the passwords in secrets/', async () => {
    await inDatabase('postgres', `alter role temporal password 'another'`);
    make();
    expect(await inDatabase('temporal', 'select 1 as one', 'temporal:of-temporal')).toEqual([{ one: 1 }]);
  });
});
