import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogWriter } from '../../../store/log/log-writer.ts';
import { openStore } from '../../../store/open-store.ts';
import { createPool } from '../../../store/postgres/pool.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { until } from '../../support/until.ts';
import { isPostgresHere } from '../drivers.ts';
import { allLines, beginRun, line, texts, upTo } from '../samples.ts';
import { useStores } from '../stores.ts';

describe.skipIf(!isPostgresHere)('a connection to PostgreSQL that is lost', { timeout: 120_000 }, () => {
  let server: TestPostgres;
  let clusters = 0;
  const opened = useStores((dataDir, options) =>
    openStore({ dataDir, databaseUrl: server.url(), cluster: `lost-${(clusters += 1)}`, ...options }),
  );

  beforeAll(async () => {
    server = startPostgres();
    await server.ready();
  });
  afterAll(() => server.remove());

  const asOperator = async <Row>(text: string): Promise<Row[]> => {
    const client = new Client({ connectionString: server.url() });
    await client.connect();
    const { rows } = await client.query(text);
    await client.end();
    return rows as Row[];
  };
  const cutAll = () =>
    asOperator(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'deployment-engine%'`,
    );

  it('is not noticed by who begins after it', async () => {
    const store = await opened();
    expect(await beginRun(store)).toBe(1);
    for (const round of upTo(5)) {
      await cutAll();
      expect((await store.runs.get(1))?.number).toBe(1);
      await cutAll();
      await store.log.append(1, [line(`round ${round}`)]);
    }
    expect(texts(await allLines(store, 1))).toEqual(upTo(5).map((round) => `round ${round}`));
  });

  it('loses and repeats no line, however often it happens while lines are written', async () => {
    const store = await opened();
    const run = await beginRun(store);
    const writer = createLogWriter(store.log, { flushMs: 1 });
    const cutting = (async () => {
      for (let count = 0; count < 40; count += 1) await cutAll();
    })();
    for (const number of upTo(1_500)) {
      writer.write(run, [line(`line ${number}`)]);
      if (number % 5 === 0) await new Promise(setImmediate);
      if (number % 100 === 0) await writer.flush().catch(() => undefined);
    }
    await cutting;
    await until(() => writer.flush().then(() => true, () => false), 'everything is stored'); // prettier-ignore
    await writer.close();
    const own = texts(await allLines(store, run)).filter((text) => text.startsWith('line '));
    expect(own).toEqual(upTo(1_500).map((number) => `line ${number}`));
  });

  it('is asked at a commit whether the transaction was committed', async () => {
    const cluster = `asked-${randomBytes(4).toString('hex')}`;
    const pool = createPool({ url: server.url(), cluster: 'public', connections: 2, timeout: 30_000 });
    await asOperator(`create table "${cluster}" (word text)`);
    for (const isCommitted of [true, false]) {
      const client = await pool.connect();
      await client.query('begin', []);
      await client.query(`insert into "${cluster}" values ('${isCommitted ? 'kept' : 'gone'}')`, []);
      const commit = async (): Promise<unknown> => {
        if (!isCommitted) await cutAll();
        return client.query('commit', []);
      };
      if (isCommitted) await commit();
      else await expect(commit()).rejects.toMatchObject({ code: 'StoreUnwritable', message: /does not answer/ });
      client.release();
    }
    expect(await asOperator(`select word from "${cluster}"`)).toEqual([{ word: 'kept' }]);
    await pool.end();
  });

  it('wakes the readers of a log again once the database is back after it was killed', async () => {
    const store = await opened();
    const run = await beginRun(store);
    const writer = createLogWriter(store.log, { flushMs: 1 });
    writer.write(run, [line('before')]);
    await writer.flush();
    await store.log.news.after(store.log.news.seen(), 50);
    await server.kill();
    writer.write(run, [line('while it was away')]);
    const failure = await writer.flush().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'StoreUnwritable', message: expect.stringContaining('does not answer') });
    await expect(store.assertWritable()).rejects.toMatchObject({ code: 'StoreUnwritable' });
    server.start();
    await server.ready();
    await until(() => writer.flush().then(() => true, () => false), 'the line is stored'); // prettier-ignore
    const kept = texts(await allLines(store, run));
    expect(kept.slice(0, 2)).toEqual(['before', 'while it was away']);
    expect(kept[2]).toMatch(/^the store could not be written for \d+ s, and work waited: PostgreSQL at /);
    // Within far less than the time of a look without news, so by the word of the database.
    await until(async () => {
      const seen = store.log.news.seen();
      const started = Date.now();
      await store.log.append(run, [line('once more')]);
      await store.log.news.after(seen, 5_000);
      return Date.now() - started < 1_000;
    }, 'readers are told of lines');
    await writer.close();
  });
});
