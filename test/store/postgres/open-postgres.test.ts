import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer, connect } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../../store/open-store.ts';
import { connectionSettings } from '../../../store/postgres/connection-settings.ts';
import { PASSWORD, startPostgres, type TestPostgres, USER } from '../../support/postgres.ts';
import { isPostgresHere } from '../drivers.ts';
import { allLines, beginRun, line, texts } from '../samples.ts';
import { useFolders, useStores } from '../stores.ts';

const MAY_MOUNT = spawnSync('unshare', ['--mount', 'true']).status === 0;
/** Made by the server's own command line, where the test may mount. */
const SMALL = 'mkdir -p small; mount -t tmpfs -o size=12m,uid=65534,gid=65534,mode=700 tmpfs small';

describe.skipIf(!isPostgresHere)('opening a store in PostgreSQL', { timeout: 120_000 }, () => {
  const folder = useFolders();
  let server: TestPostgres;
  const opened = useStores((dataDir, options) => openStore({ dataDir, databaseUrl: server.url(), ...options }));

  beforeAll(async () => {
    server = startPostgres(
      MAY_MOUNT ? { shell: `cd "$FOLDER"; exec unshare --mount bash -c '${SMALL}; exec "$@"' bash "$@"` } : {},
    );
    await server.ready();
  });
  afterAll(() => server.remove());

  const asOperator = async (text: string, database?: string): Promise<void> => {
    const client = new Client({ connectionString: server.url(database) });
    await client.connect();
    for (const statement of text.split(';')) await client.query(statement);
    await client.end();
  };
  const refusal = async (databaseUrl: string, cluster = 'refused'): Promise<Error & { code: string }> => {
    const error = await openStore({ dataDir: folder(), databaseUrl, cluster }).then(
      (store) => store.close(),
      (problem: unknown) => problem,
    );
    expect(String(error)).not.toContain(PASSWORD);
    expect(String(error)).not.toContain('canary');
    return error as Error & { code: string };
  };

  it('keeps a cluster of each name by itself, and makes the tables of each once', async () => {
    const [dataDir, other] = [folder(), folder()];
    const first = await opened({ dataDir, cluster: 'first' });
    await beginRun(first);
    const second = await opened({ dataDir: other, cluster: 'second-one' });
    expect(await second.runs.list({ limit: 9 })).toEqual([]);
    expect(await (await opened({ dataDir, cluster: 'first' })).runs.list({ limit: 9 })).toHaveLength(1);
  });

  it('refuses another master key for a cluster, and keeps the one that is there', async () => {
    const dataDir = folder();
    const key = randomBytes(32).toString('hex');
    const { id } = await (await opened({ dataDir, cluster: 'keyed', key })).engine.identity();
    await expect(openStore({ dataDir: folder(), databaseUrl: server.url(), cluster: 'keyed' })).rejects.toMatchObject({
      code: 'EngineDamaged',
      message: expect.stringMatching(/^The master key .* of cluster keyed in PostgreSQL at .* is missing/),
    });
    const wrong = { key: randomBytes(32).toString('hex'), dataDir, databaseUrl: server.url(), cluster: 'keyed' };
    await expect(openStore(wrong)).rejects.toMatchObject({
      code: 'EngineDamaged',
      message: expect.stringMatching(/^The key from the settings is not the one cluster keyed in PostgreSQL at /),
    });
    expect((await (await opened({ dataDir, cluster: 'keyed', key })).engine.identity()).id).toBe(id);
  });

  it.each([
    ['a wrong password', () => server.url().replace(PASSWORD, 'canary'), /lets the engine not in: .*check user and/],
    ['no such database', () => server.url('nowhere'), /does not exist: .*create it with createdb/],
    ['nobody there', () => server.url().replaceAll('postgres-', 'nobody-'), /does not answer: connect ENOENT/],
  ])('says what is wrong: %s', async (_what, url, words) => {
    expect(await refusal(url())).toMatchObject({ code: 'EnvironmentLacking', message: expect.stringMatching(words) });
  });

  it('refuses a URL with a fault without quoting it', async () => {
    const error = await refusal('postgres://engine:canary@db:99999/engine');
    expect(error).toMatchObject({
      code: 'InvalidSettings',
      message: expect.stringMatching(/^DATABASE_URL: it is not/),
    });
  });

  it('refuses the tables of a newer engine', async () => {
    await (await openStore({ dataDir: folder(), databaseUrl: server.url(), cluster: 'newer' })).close();
    await asOperator(`insert into newer.kysely_migration (name, timestamp) values ('9999-later', '2999-01-01')`);
    expect(await refusal(server.url(), 'newer')).toMatchObject({
      code: 'EngineDamaged',
      message: expect.stringMatching(/^The tables of cluster newer in PostgreSQL .* another version of the engine/),
    });
  });

  it('says that a database only reads, and that an account may make nothing', async () => {
    await asOperator(`create database readonly; alter database readonly set default_transaction_read_only = on`);
    expect(await refusal(server.url('readonly'))).toMatchObject({
      code: 'EnvironmentLacking',
      message: expect.stringContaining('only reads: it is a standby, or default_transaction_read_only is on'),
    });
    await asOperator(`create role guest login password '${PASSWORD}'`);
    expect(await refusal(server.url().replace(`//${USER}:`, '//guest:'))).toMatchObject({
      code: 'EnvironmentLacking',
      message: expect.stringContaining('create schema "refused" authorization'),
    });
  });

  it('says at once that the URL lacks the password', async () => {
    expect(await refusal(server.url().replace(`:${PASSWORD}@`, '@'))).toMatchObject({
      code: 'EnvironmentLacking',
      message: expect.stringContaining('asks for a password'),
    });
  });

  it('encrypts nothing on a socket, as libpq does, and else only what the URL says', async () => {
    const url = server.url();
    await (await openStore({ dataDir: folder(), databaseUrl: `${url}&sslmode=verify-full`, cluster: 'local' })).close();
    const settings = { cluster: 'cf', connections: 1, timeout: 1_000 };
    expect(connectionSettings({ ...settings, url: 'postgres://ops@db/engine' }).ssl).toBe(false);
  });

  it('says that a database holds no Unicode', async () => {
    await asOperator(`create database latin encoding 'LATIN1' locale 'C' template template0`);
    expect(await refusal(server.url('latin'))).toMatchObject({ message: expect.stringContaining('encoded in LATIN1') });
  });

  it('says that a statement took too long, and goes on', async () => {
    const dataDir = folder();
    // Its tables are made without the limit, which a busy machine may pass.
    await (await opened({ dataDir, cluster: 'slow' })).close();
    const store = await opened({ dataDir, cluster: 'slow', databaseTimeout: 3_000 });
    const run = await beginRun(store);
    const client = new Client({ connectionString: server.url() });
    await client.connect();
    await client.query('begin; lock table slow.log_lines');
    await expect(store.log.append(run, [line('waits')])).rejects.toMatchObject({
      code: 'StoreUnwritable',
      message: expect.stringContaining('DEPLOYMENT_ENGINE_DATABASE_TIMEOUT'),
    });
    await client.end();
    await store.log.append(run, [line('goes on')]);
    expect(texts(await allLines(store, run))).toEqual(['goes on']);
  });

  it('writes nothing twice when the answer to a commit got lost', async () => {
    const socket = join(folder(), '.s.PGSQL.5432');
    let isLosing = false;
    const proxy = createServer((client) => {
      const behind = connect(join(server.folder, '.s.PGSQL.5432'));
      let isLost = false;
      client.on('data', (bytes) => {
        isLost = isLosing && bytes.includes('commit\0');
        if (isLost) isLosing = false;
        behind.write(bytes);
      });
      behind.on('data', (bytes) => void (isLost ? client.destroy() : client.write(bytes)));
      client.on('error', () => {}).on('close', () => behind.destroy());
      behind.on('error', () => client.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(socket, resolve));
    const databaseUrl = server.url().replace(/host=.*/, `host=${encodeURIComponent(join(socket, '..'))}`);
    const store = await opened({ cluster: 'unanswered', databaseUrl });
    const run = await beginRun(store);
    isLosing = true;
    await store.log.append(run, [line('once')]);
    expect(isLosing).toBe(false);
    expect(texts(await allLines(store, run))).toEqual(['once']);
    await store.close();
    proxy.close();
  });

  it.skipIf(!MAY_MOUNT)('says that the disk is full; what was stored is whole', async () => {
    await asOperator(
      `create tablespace small location '${join(server.folder, 'small')}'; create database small tablespace small`,
    );
    const store = await opened({ databaseUrl: server.url('small') });
    const run = await beginRun(store);
    const fill = async (): Promise<void> => {
      for (;;)
        await store.log.append(
          run,
          Array.from({ length: 50 }, () => line('x'.repeat(1_500))),
        );
    };
    await expect(fill()).rejects.toMatchObject({
      code: 'StoreUnwritable',
      message: expect.stringMatching(/^The disk of PostgreSQL at .* database small, is full; free some space/),
    });
    const last = await store.log.last(run);
    expect(last % 50).toBe(0);
    await expect(store.assertWritable()).rejects.toMatchObject({
      code: 'StoreUnwritable',
      message: expect.stringContaining('is full'),
    });
    for (let from = 0; from < last; from += 50) expect(await store.log.read(run, { from, limit: 50 })).toHaveLength(50);
  });
});
