import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GONE_AFTER_MS } from '../../worker/newer-build.ts';
import { NEWER_PATCH, newerBuild } from '../replay/newer-build.ts';
import { programs } from '../support/postgres.ts';
import { developmentServer, type Surroundings } from '../support/temporal-server/surroundings.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { endOf, isWorking, type Part, partSettings, startPart, useParts } from './parts.ts';

const lacks = programs() === undefined ? ' (left out: needs Debian’s package postgresql)' : '';

useParts();

describe.skipIf(lacks !== '')(`a worker of a newer build${lacks}`, () => {
  let temporal: Surroundings;
  const cacheDir = temporaryFolder();

  beforeAll(async () => {
    temporal = await developmentServer();
  });
  afterAll(() => temporal?.stop());

  const worker = (root?: string): Part => startPart('worker', partSettings(temporal, cacheDir), root);

  it('has those of an older one leave before it takes a task, and they stay away', async () => {
    const older = worker();
    await until(() => isWorking(older), 'the older one works', 300_000);
    const root = newerBuild();
    const began = performance.now();
    const newer = worker(root);
    const [code, output] = await endOf(older);
    expect(code).toBe(3);
    expect(output).toContain(
      'A newer build of the engine works on cluster cf, and its runs may need what this one does',
    );
    expect(output).toContain(`patch "${NEWER_PATCH}"`);
    await until(() => isWorking(newer), 'the newer one works', 300_000);
    // Those of the older build have had the time to let go of what they were doing.
    expect(performance.now() - began).toBeGreaterThan(GONE_AFTER_MS);

    newer.child.kill('SIGKILL');
    const [again, words] = await endOf(worker());
    expect(words).toContain('leaves them to it: start the newer build here too');
    expect(again).toBe(3);
    const next = worker(root);
    await until(() => isWorking(next), 'a newer one works again', 300_000);
  }, 900_000);
});
