import { renameSync } from 'node:fs';
import { Client } from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../../store/open-store.ts';
import { PASSWORD, startPostgres, USER } from '../../support/postgres.ts';
import { freePorts } from '../../support/temporal.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { isPostgresHere } from '../drivers.ts';
import { makeCertificate } from './certificate.ts';

/** More than a listener that was cut waits before it connects again. */
const CONNECTS_AGAIN_MS = 1_500;

it.skipIf(!isPostgresHere)('readers of a log poll on while the listener cannot read its certificates', async () => {
  const [{ cert, key }, port] = [makeCertificate(), await freePorts(1)];
  const listening = { listen_addresses: '127.0.0.1', port: String(port) };
  const server = startPostgres({
    settings: { ...listening, ssl: 'on', ssl_cert_file: cert, ssl_key_file: key },
  });
  onTestFinished(server.remove);
  await server.ready();
  const url = `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/postgres?sslmode=verify-ca&sslrootcert=${cert}`;
  const store = await openStore({ dataDir: temporaryFolder(), databaseUrl: url });
  onTestFinished(store.close);
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));

  const { news } = store.log;
  const operator = new Client({ host: '127.0.0.1', port, user: USER, password: PASSWORD, database: 'postgres' });
  await operator.connect();
  onTestFinished(() => operator.end());
  const listeners = async (): Promise<readonly { pid: number }[]> =>
    (await operator.query(`select pid from pg_stat_activity where query like 'listen %'`)).rows as { pid: number }[];
  const isThere = async (): Promise<boolean> => {
    await news.after(news.seen(), 20);
    return (await listeners()).length > 0;
  };
  await until(isThere, 'it listens');

  renameSync(cert, `${cert}.old`);
  for (const { pid } of await listeners()) await operator.query('select pg_terminate_backend($1)', [pid]);
  const end = Date.now() + CONNECTS_AGAIN_MS;
  let looks = 0;
  for (; Date.now() < end || looks <= 10; looks += 1) await news.after(news.seen(), 20);
  expect(looks).toBeGreaterThan(10);
  expect(await listeners()).toEqual([]);
  expect(unhandled).toEqual([]);

  renameSync(`${cert}.old`, cert);
  await until(isThere, 'it listens again');
});
