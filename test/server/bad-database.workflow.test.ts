import { execFileSync } from 'node:child_process';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../store/open-store.ts';
import { MAY_MOUNT } from '../support/local-node.ts';
import { PASSWORD, programs, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { type EmbeddedTemporal, freePorts, startTemporal } from '../support/temporal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { endOf, MASTER_KEY, type Part, partSettings, startPart, stopParts } from './parts.ts';

const STARTS_WITHIN_MS = 300_000;
const lacks =
  programs() === undefined ? 'Debian’s package postgresql' : MAY_MOUNT ? undefined : 'the right to mount a small disk';

describe.skipIf(lacks !== undefined)(
  `a gateway and a worker whose database is bad${lacks === undefined ? '' : ` (left out: needs ${lacks})`}`,
  { timeout: 900_000 },
  () => {
    let server: TestPostgres;
    let temporal: EmbeddedTemporal;
    let port: number;
    const small = temporaryFolder();
    const cacheDir = temporaryFolder();

    beforeAll(async () => {
      server = startPostgres();
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,uid=65534,gid=65534,mode=700', 'tmpfs', small]);
      [temporal, port] = await Promise.all([startTemporal(), freePorts(1), server.ready()]);
    });
    afterAll(async () => {
      await stopParts();
      await temporal?.stop();
      await server?.remove();
      execFileSync('umount', ['--lazy', small]);
    });

    const part = (role: string, settings: Readonly<Record<string, string>> = {}): Part =>
      startPart(role, {
        ...partSettings(temporal, cacheDir),
        DEPLOYMENT_ENGINE_LISTEN: `127.0.0.1:${port}`,
        ...settings,
      });
    const asOperator = async (...statements: string[]): Promise<void> => {
      const client = new Client({ connectionString: server.url() });
      await client.connect();
      for (const statement of statements) await client.query(statement);
      await client.end();
    };
    const cutAll = () =>
      asOperator(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'deployment-engine%'`,
      );

    it.each([
      ['a wrong password', async () => server.url().replace(PASSWORD, 'canary'), 'check user and password'],
      ['a database that is not there', async () => server.url('nowhere'), 'create it with createdb'],
      [
        'tables of a newer engine',
        async () => {
          await asOperator('create database newer');
          const store = { dataDir: temporaryFolder(), databaseUrl: server.url('newer'), key: MASTER_KEY };
          await (await openStore(store)).close();
          const client = new Client({ connectionString: server.url('newer') });
          await client.connect();
          await client.query(`insert into cf.kysely_migration (name, timestamp) values ('9999-later', '2999-01-01')`);
          await client.end();
          return server.url('newer');
        },
        'were written by another version of the engine; start that version, or restore a backup',
      ],
      [
        'a database that only reads',
        async () => {
          await asOperator('create database reads', 'alter database reads set default_transaction_read_only = on');
          return server.url('reads');
        },
        'only reads: it is a standby, or default_transaction_read_only is on',
      ],
    ])('do not start with %s, and say so', async (_what, make, words) => {
      const DATABASE_URL = await make();
      const parts = ['gateway', 'worker'].map((role) => part(role, { DATABASE_URL }));
      for (const [code, output] of await Promise.all(parts.map(endOf))) {
        expect(output).toContain(words);
        expect(output).not.toMatch(new RegExp(`canary|${PASSWORD}`));
        expect(code).toBe(3);
      }
    });

    it('say in /health when it is gone, only reads or is full, and go on when it is well again', async () => {
      await asOperator(`create tablespace small location '${small}'`, 'create database small tablespace small');
      const DATABASE_URL = server.url('small');
      const [gateway, worker] = [part('gateway', { DATABASE_URL }), part('worker', { DATABASE_URL })];
      const ask = async (path: string) => {
        const response = await fetch(`http://127.0.0.1:${port}/deployment-engine${path}`);
        return { status: response.status, body: (await response.json()) as { store?: { detail?: string } } };
      };
      const isWell = () =>
        ask('/health').then(
          ({ status }) => status === 200,
          () => false,
        );
      const untilSaid = (words: string) =>
        until(
          async () => {
            const { status, body } = await ask('/health');
            return status === 503 && (body.store?.detail ?? '').includes(words);
          },
          `/health says: ${words}`,
          STARTS_WITHIN_MS,
        );
      await until(isWell, 'both are well', STARTS_WITHIN_MS);

      await server.kill();
      await untilSaid('does not answer');
      expect(await ask('/config')).toMatchObject({ status: 503, body: { code: 'StoreUnwritable' } });
      server.start();
      await server.ready();
      await until(isWell, 'it is well again', STARTS_WITHIN_MS);

      await asOperator('alter database small set default_transaction_read_only = on');
      await cutAll();
      await untilSaid('only reads');
      await asOperator('alter database small reset default_transaction_read_only');
      await cutAll();
      await until(isWell, 'it writes again', STARTS_WITHIN_MS);

      const filler = new Client({ connectionString: DATABASE_URL });
      await filler.connect();
      await filler.query('create table filler (text text)');
      const fill = async (): Promise<void> => {
        for (;;) await filler.query("insert into filler select repeat('x', 700) from generate_series(1, 200)");
      };
      await expect(fill()).rejects.toMatchObject({ code: '53100' });
      await untilSaid('is full; free some space');
      await filler.query('drop table filler');
      await filler.end();
      await until(isWell, 'there is room again', STARTS_WITHIN_MS);

      expect([gateway, worker].map(({ child }) => child.exitCode)).toEqual([null, null]);
      expect(await ask('/config')).toMatchObject({ status: 200 });
    });
  },
);
