import { Kysely, PostgresDialect, sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../../store/open-store.ts';
import { createPool } from '../../../store/postgres/pool.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { isPostgresHere } from '../drivers.ts';
import { allLines, beginRun, line, runStart, texts, upTo } from '../samples.ts';
import { useStores } from '../stores.ts';

describe.skipIf(!isPostgresHere)('a PostgreSQL with defaults of its own', { timeout: 120_000 }, () => {
  let server: TestPostgres;
  const opened = useStores((dataDir, options) =>
    openStore({ dataDir, databaseUrl: server.url(), key: 'ab'.repeat(32), ...options }),
  );

  beforeAll(async () => {
    server = startPostgres({
      settings: {
        default_transaction_isolation: 'repeatable read',
        synchronous_commit: 'off',
        // Until then nobody writes down what was committed without waiting.
        wal_writer_delay: '10s',
      },
    });
    await server.ready();
  });
  afterAll(() => server.remove());

  it('takes turns whatever transactions see otherwise', async () => {
    const stores = await Promise.all(upTo(3).map(() => opened()));
    const runs = await Promise.all(
      stores.flatMap(({ runs: own }, index) => upTo(10).map((number) => own.begin(runStart(`${index}/${number}`)))),
    );
    expect(runs.map(({ number }) => number).sort((one, other) => one - other)).toEqual(upTo(30));
    await Promise.all(
      stores.flatMap(({ log }, index) =>
        upTo(20).map((number) =>
          log.appendAll(1, [
            { lines: [line(`${index} ${number}`)] },
            { lines: [line('shared')], id: `shared/${number}` },
          ]),
        ),
      ),
    );
    const [store] = stores;
    const lines = store === undefined ? [] : await allLines(store, 1);
    expect(lines.map(({ seq }) => seq)).toEqual(upTo(80));
    expect(texts(lines).filter((text) => text === 'shared')).toHaveLength(20);
  });

  it('has every line that was acknowledged after a crash', async () => {
    const store = await opened({ cluster: 'crashed' });
    const run = await beginRun(store);
    for (const round of upTo(3)) {
      await store.log.append(run, [line(`round ${round}`)]);
      await server.kill();
      server.start();
      await server.ready();
      expect(texts(await allLines(store, run))).toEqual(upTo(round).map((each) => `round ${each}`));
    }
  });

  it('writes again as soon as the database does, which an open session would not learn', async () => {
    const operator = new Client({ connectionString: server.url() });
    await operator.connect();
    await operator.query('alter database postgres set default_transaction_read_only = on');
    const pool = createPool({ url: server.url(), cluster: 'public', connections: 1, timeout: 30_000 });
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
    const write = () => db.transaction().execute((transaction) => sql`create table written ()`.execute(transaction));
    await expect(write()).rejects.toMatchObject({ message: expect.stringContaining('only reads') });
    await operator.query('alter database postgres set default_transaction_read_only = off');
    await operator.end();
    await write();
    await db.destroy();
  });

  it.each([
    ['off', 'on'],
    ['local', 'local'],
    ['remote_apply', 'remote_apply'],
  ])('commits as it is told, but never unwritten: %s', async (given, used) => {
    const operator = new Client({ connectionString: server.url() });
    await operator.connect();
    await operator.query(`alter database postgres set synchronous_commit = ${given}`);
    await operator.end();
    const pool = createPool({ url: server.url(), cluster: 'public', connections: 1, timeout: 30_000 });
    const client = await pool.connect();
    await client.query('begin', []);
    expect(await client.query('show synchronous_commit', [])).toMatchObject({ rows: [{ synchronous_commit: used }] });
    await client.query('commit', []);
    client.release();
    await pool.end();
  });
});
