import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { layoutOf } from '../../../mirror/layout.ts';
import { openMirror } from '../../../mirror/mirror.ts';
import { buildRelease } from '../../../mirror/releases/build-release.ts';
import { addFiles, checkout, numberedBuilds, writeFolder } from '../../release/release-folder.ts';
import { digest, natsJob, tarball, temporaryFolder, writeTarball } from '../../release/release-tarball.ts';

async function emptyMirror() {
  const root = await temporaryFolder();
  const layout = layoutOf(root);
  const mirror = openMirror(root);
  return {
    mirror,
    blobs: () => readdir(layout.blobs).catch(() => []),
    build: (given: string, blobFolders: string[] = []) => buildRelease(mirror, layout, given, { blobFolders }),
  };
}

const INDEX = 'name: cf\nversion: 170\njobs: [{name: nats}]\npackages: [{name: gnatsd}]\n';

it('takes a tarball in', async () => {
  const { mirror, blobs, build } = await emptyMirror();
  const file = await writeTarball({
    'release.MF': INDEX,
    'jobs/nats.tgz': await natsJob(),
    'packages/gnatsd.tgz': await tarball({ packaging: '' }),
  });
  const { release, changed } = await build(file);
  expect(changed).toBe(true);
  expect(await mirror.release(release.sha256)).toEqual(release);
  expect(release.from).toBe(file);
  const stored = [digest('sha256', await natsJob()), digest('sha256', await tarball({ packaging: '' }))];
  expect(new Set(await blobs())).toEqual(new Set(stored));
  expect((await build(file)).changed).toBe(false);
});

it('keeps nothing of a release that has problems', async () => {
  const { blobs, build } = await emptyMirror();
  const good = await writeTarball({ 'release.MF': 'name: cf\nversion: 160\njobs: []\npackages: []\n' });
  await build(good);
  const bad = await writeTarball({ 'release.MF': INDEX, 'jobs/nats.tgz': await natsJob() });
  await expect(build(bad)).rejects.toHaveProperty('code', 'InvalidRelease');
  expect(await blobs()).toEqual([]);
});

it('takes one release of a folder, and notices when it changes', async () => {
  const { build } = await emptyMirror();
  const builds = await numberedBuilds();
  const archives = Object.fromEntries(builds.map(({ archive }) => [`.blobs/${digest('sha1', archive)}`, archive]));
  const folder = await writeFolder({ ...checkout(builds, '160'), ...checkout(builds, '170'), ...archives });

  const first = await build(folder);
  expect(first).toMatchObject({ changed: true, release: { version: '170' } });
  expect((await build(folder)).changed).toBe(false);
  expect((await build(join(folder, 'releases/cf-160.yml'))).release.version).toBe('160');
  expect(await build(folder)).toMatchObject({ changed: false, release: { version: '170' } });

  await utimes(join(folder, '.final_builds/jobs/nats/index.yml'), 0, 0);
  expect((await build(folder)).changed).toBe(true);
  expect((await build(folder)).changed).toBe(false);
});

it('notices archives that came into a named folder', async () => {
  const { build } = await emptyMirror();
  const builds = await numberedBuilds();
  const folder = await writeFolder(checkout(builds));
  const fetched = await temporaryFolder();
  await expect(build(folder, [fetched])).rejects.toHaveProperty('code', 'InvalidRelease');
  await addFiles(fetched, Object.fromEntries(builds.map(({ archive }) => [digest('sha1', archive), archive])));
  expect((await build(folder, [fetched])).changed).toBe(true);
  await writeFile(join(fetched, 'another'), '');
  expect((await build(folder, [fetched])).changed).toBe(true);
});

it('says what it could not read', async () => {
  const { build } = await emptyMirror();
  await expect(build('/nowhere/cf-170.tgz')).rejects.toMatchObject({
    code: 'InvalidRelease',
    message: expect.stringMatching(/^\/nowhere\/cf-170.tgz cannot be read: ENOENT/) as string,
  });
});
