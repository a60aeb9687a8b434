import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programs } from '../../support/postgres.ts';
import { ACTIVATED_SETTINGS } from '../../support/serials.ts';
import { developmentServer, type Surroundings } from '../../support/temporal-server/surroundings.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { freePorts } from '../../support/temporal.ts';
import { until } from '../../support/until.ts';
import { endOf, isWorking, MASTER_KEY, startPart, useParts } from '../parts.ts';

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
    startPart(role, {
      DEPLOYMENT_ENGINE_DATA_DIR: temporaryFolder(),
      DEPLOYMENT_ENGINE_CACHE_DIR: cacheDir,
      DEPLOYMENT_ENGINE_KEY: MASTER_KEY,
      DATABASE_URL: temporal.databaseUrl,
      TEMPORAL_ADDRESS: temporal.address,
      ...ACTIVATED_SETTINGS,
      ...extra,
    });

  it('refuses a gateway and a worker of another namespace while workers hold the runs', async () => {
    const worker = part('worker', { TEMPORAL_NAMESPACE: 'right' });
    await until(() => isWorking(worker), 'it works', 90_000);
    const listen = `127.0.0.1:${await freePorts(1)}`;
    const strangers = ['gateway', 'worker'].map((role) =>
      part(role, { TEMPORAL_NAMESPACE: 'mistyped', DEPLOYMENT_ENGINE_LISTEN: listen }),
    );
    for (const [code, output] of await Promise.all(strangers.map(endOf))) {
      expect(output).toContain('See TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE (here mistyped at');
      expect(code).toBe(3);
    }
    expect(worker.child.exitCode).toBeNull();
  }, 180_000);
});
