import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packagesOf } from '../../domain/release/closure.ts';
import { readRelease } from '../../release/read-release.ts';
import { CLOSURES } from './cf-release-closures.ts';
import { MemoryBlobs } from './release-tarball.ts';

const folder = process.env['CF_RELEASE_DIR'];

describe.skipIf(folder === undefined)('the real releases (needs CF_RELEASE_DIR)', () => {
  it.each(Object.entries(CLOSURES))(
    'v%s installs the packages of every job in their order',
    async (version, expected) => {
      const file = join(folder ?? '', `cf-${version}-jobs.tgz`);
      const release = await readRelease(file, new MemoryBlobs(), { allowMissingPackages: true });
      expect(release).toMatchObject({ name: 'cf', version });
      const found = Object.keys(expected).map((job) => [job, packagesOf(release, [job]).join(', ')]);
      expect(Object.fromEntries(found)).toEqual(expected);
    },
  );
});
