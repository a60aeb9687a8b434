import { readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { layoutOf } from '../../../mirror/layout.ts';
import { openMirror } from '../../../mirror/mirror.ts';
import { makeDefaultRelease, standingRelease } from '../../../mirror/releases/default-release.ts';
import { natsJob, tarball, temporaryFolder } from '../../release/release-tarball.ts';

async function emptyMirror() {
  const folder = await temporaryFolder();
  const layout = layoutOf(join(folder, 'mirror'));
  const mirror = openMirror(join(folder, 'mirror'));
  return {
    mirror,
    blobs: () => readdir(layout.blobs).catch(() => []),
    make: (file: string) => makeDefaultRelease(mirror, layout, file),
    /** A release of this version as a tarball. */
    release: async (version: string) => {
      const file = join(folder, `cf-${version}.tgz`);
      const entries = {
        'release.MF': `{name: cf, version: ${version}, jobs: [{name: nats}], packages: [{name: gnatsd}]}`,
        'jobs/nats.tgz': await natsJob(),
        'packages/gnatsd.tgz': await tarball({ packaging: version }),
      };
      await writeFile(file, await tarball(entries));
      return file;
    },
  };
}

it('makes the release that it takes in the one that is deployed', async () => {
  const { mirror, make, release } = await emptyMirror();
  expect(await make(await release('170'))).toMatchObject({ changed: true });
  expect(await mirror.release()).toMatchObject({ name: 'cf', version: '170' });
  await make(await release('194'));
  expect(await mirror.release()).toMatchObject({ version: '194' });
});

it('says that the release is missing and how to get it, and never takes another, until one was taken in', async () => {
  const { mirror, make, release } = await emptyMirror();
  await expect(standingRelease(mirror)).rejects.toMatchObject({
    code: 'EnvironmentLacking',
    message: expect.stringMatching(
      /^the release is missing: put the tarball of cf-release v170, named cf-170\.tgz, .*--release .*--sample /,
    ) as string,
  });
  await make(await release('170'));
  expect(await standingRelease(mirror)).toMatchObject({ name: 'cf', version: '170' });
});

it('refuses a version that no table knows, says how to add one, and keeps nothing of it', async () => {
  const { mirror, blobs, make, release } = await emptyMirror();
  const file = await release('175');
  await expect(make(file)).rejects.toMatchObject({
    code: 'InvalidRelease',
    message: expect.stringMatching(
      /cf-175\.tgz: .*\n {2}\/version: cf 175 is not a version .*knows cf 160, cf 170.*docs\/adding-a-release\.md/,
    ) as string,
  });
  expect(await blobs()).toEqual([]);
  expect(await mirror.release()).toBeUndefined();
});

it('refuses what is damaged, names it, and says what stays', async () => {
  const { mirror, make, release } = await emptyMirror();
  await make(await release('160'));
  const file = await release('170');
  await truncate(file, 300);
  await expect(make(file)).rejects.toThrow(
    /cf-170\.tgz: the release is not taken in[^]*not a readable tar\.gz[^]*\n {2}cf 160, taken in before, stays/,
  );
  expect(await mirror.release()).toMatchObject({ version: '160' });
});
