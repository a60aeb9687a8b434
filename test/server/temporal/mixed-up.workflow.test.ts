import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programs } from '../../support/postgres.ts';
import { developmentServer, type Surroundings } from '../../support/temporal-server/surroundings.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { freePorts } from '../../support/temporal.ts';
import { until } from '../../support/until.ts';
import { endOf, isWorking, partSettings, startPart, useParts } from '../parts.ts';

const lacks = programs() === undefined ? ' (left out: needs Debian’s package postgresql)' : '';

useParts();

describe.skipIf(lacks !== '')(`parts of the engine that were given different Temporals and stores${lacks}`, () => {
  let temporal: Surroundings;
  const cacheDir = temporaryFolder();

  beforeAll(async () => {
    temporal = await developmentServer();
  });
  afterAll(() => temporal?.stop());

  const part = (role: string, extra: Readonly<Record<string, string>>) =>
    startPart(role, { ...partSettings(temporal, cacheDir), ...extra });

  /** Address of a new database. */
  const made = async (name: string): Promise<string> => {
    const client = new Client(temporal.databaseUrl);
    await client.connect();
    await client.query(`CREATE DATABASE ${name}`);
    await client.end();
    return temporal.databaseUrl.replace('/postgres?', `/${name}?`);
  };

  it('refuses a gateway and a worker of another namespace while workers hold the runs', async () => {
    const worker = part('worker', { TEMPORAL_NAMESPACE: 'right' });
    await until(() => isWorking(worker), 'it works', 300_000);
    const listen = `127.0.0.1:${await freePorts(1)}`;
    const strangers = ['gateway', 'worker'].map((role) =>
      part(role, { TEMPORAL_NAMESPACE: 'mistyped', DEPLOYMENT_ENGINE_LISTEN: listen }),
    );
    for (const [code, output] of await Promise.all(strangers.map(endOf))) {
      expect(output).toContain('See TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE (here mistyped at');
      expect(code).toBe(3);
    }
    expect(worker.child.exitCode).toBeNull();
  }, 900_000);

  it('refuses a worker with another store under the name of a cluster at work, and its gateway has none', async () => {
    const [at, beside] = [await made('theirs'), await made('ours')];
    const theirs = part('worker', { DATABASE_URL: at });
    await until(() => isWorking(theirs), 'it works', 300_000);
    const listen = `127.0.0.1:${await freePorts(1)}`;
    const ours = { DATABASE_URL: beside, DEPLOYMENT_ENGINE_LISTEN: listen };
    const [code, output] = await endOf(part('worker', ours));
    expect(output).toContain('Workers with another store work on a cluster cf in namespace default');
    expect(code).toBe(3);
    part('gateway', ours);
    const health = (): Promise<unknown> =>
      fetch(`http://${listen}/deployment-engine/health`).then(
        (answer) => answer.json(),
        () => undefined,
      );
    let last: unknown;
    const says = async () => JSON.stringify((last = await health()) ?? '').includes('Workers with another store');
    await until(says, 'the gateway says why it has no worker', 300_000);
    expect(last).toMatchObject({ temporal: { state: 'ok' }, worker: { state: 'down' } });
    expect(theirs.child.exitCode).toBeNull();
  }, 900_000);
});
