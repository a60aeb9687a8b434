import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../../store/open-store.ts';
import { PASSWORD, startPostgres, USER } from '../../support/postgres.ts';
import { freePorts } from '../../support/temporal.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { isPostgresHere } from '../drivers.ts';
import { makeCertificate } from './certificate.ts';

describe.skipIf(!isPostgresHere)('PostgreSQL with TLS', () => {
  const own = makeCertificate();
  const others = makeCertificate();
  let server: ReturnType<typeof startPostgres> | undefined;
  let port = 0;
  const dataDir = temporaryFolder();

  beforeAll(async () => {
    port = await freePorts(1);
    const listening = { listen_addresses: '127.0.0.1', port: String(port) };
    server = startPostgres({ settings: { ...listening, ssl: 'on', ssl_cert_file: own.cert, ssl_key_file: own.key } });
    await server.ready();
  });

  afterAll(() => server?.remove());

  const open = (host: string, words: string) =>
    openStore({
      dataDir,
      databaseUrl: `postgres://${USER}:${PASSWORD}@${host}:${port}/postgres?${words}`,
    });

  /** Whether each connection of a store is encrypted. */
  async function encrypted(): Promise<boolean[]> {
    const operator = new Client({ host: '127.0.0.1', port, user: USER, password: PASSWORD, database: 'postgres' });
    await operator.connect();
    const { rows } = await operator.query<{ ssl: boolean }>(
      `select ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name like 'deployment-engine %'`,
    );
    await operator.end();
    return rows.map(({ ssl }) => ssl);
  }

  it.each([
    ['localhost', `sslmode=verify-full&sslrootcert=${own.cert}`],
    ['127.0.0.1', `sslmode=verify-ca&sslrootcert=${own.cert}`],
    ['127.0.0.1', 'sslmode=require'],
  ])('is asked encrypted at %s with %s', async (host, words) => {
    const store = await open(host, words);
    const found = await encrypted();
    await store.close();
    expect([found.length > 0, found.every(Boolean)]).toEqual([true, true]);
  });

  it.each([
    ['of another name', '127.0.0.1', `sslmode=verify-full&sslrootcert=${own.cert}`],
    ['that its CA has not signed', 'localhost', `sslmode=verify-full&sslrootcert=${others.cert}`],
    ['that its CA has not signed', '127.0.0.1', `sslmode=verify-ca&sslrootcert=${others.cert}`],
    ['that its CA has not signed', '127.0.0.1', `sslmode=require&sslrootcert=${others.cert}`],
    ['that no CA of this machine has signed', 'localhost', 'sslmode=verify-full'],
  ])('is refused for a certificate %s, at %s with %s', async (_why, host, words) => {
    await expect(open(host, words)).rejects.toMatchObject({
      code: 'EnvironmentLacking',
      message: expect.stringMatching(/certificate|altnames/i),
    });
  });
});
