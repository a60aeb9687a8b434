import { expect, it } from 'vitest';
import { createPool } from '../../../store/postgres/pool.ts';
import { sharedPostgres } from '../../support/postgres.ts';
import { isPostgresHere } from '../drivers.ts';

it.skipIf(!isPostgresHere)('a statement that finds no connection free names the setting', async () => {
  const url = (await sharedPostgres()) ?? '';
  const pool = createPool({ url, cluster: 'public', connections: 1, timeout: 30_000 });
  const client = await pool.connect();
  await client.query('begin', []);
  await expect(pool.connect()).rejects.toMatchObject({
    code: 'StoreUnwritable',
    message: expect.stringMatching(
      /^All 1 connections to PostgreSQL .* busy; see DEPLOYMENT_ENGINE_DATABASE_CONNECTIONS/,
    ),
  });
  await client.query('commit', []);
  client.release();
  (await pool.connect()).release();
  await pool.end();
});
