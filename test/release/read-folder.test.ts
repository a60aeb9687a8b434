import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { archives, besideIndex, problemsOf, read } from './folder-problems.ts';
import {
  addFiles,
  checkout,
  fingerprintBuilds,
  type FixtureBuild,
  numberedBuilds,
  writeFolder,
} from './release-folder.ts';
import { digest, natsJob, sourcePackage, temporaryFolder } from './release-tarball.ts';

describe.each([
  ['numbers', numberedBuilds],
  ['fingerprints', fingerprintBuilds],
])('a checkout whose versions are %s', (_what, builds) => {
  it('gives the same release wherever its archives lie', async () => {
    const all = await builds();
    const places: ((build: FixtureBuild) => string)[] = [
      besideIndex,
      ({ archive }) => `.blobs/${digest('sha1', archive)}`,
      ({ object }) => `blobs/${object}`,
      ({ object }) => `.blobs/${object.split('/').at(-1)}.tgz`,
    ];
    const releases = [];
    for (const place of places)
      releases.push(await read(await writeFolder({ ...checkout(all), ...archives(all, place) })));

    const [first] = releases;
    expect(first).toMatchObject({
      name: 'cf',
      version: '170',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(first?.jobs['nats']).toMatchObject({
      version: all[0]?.version,
      fingerprint: all[0]?.fingerprint,
      packages: ['gnatsd'],
      archive: { sha256: digest('sha256', await natsJob()) },
    });
    expect(first?.packages['golang1.3']).toMatchObject({ version: all[1]?.version, fingerprint: all[1]?.fingerprint });
    expect(first?.packages['gnatsd']?.dependencies).toEqual(['golang1.3']);
    for (const release of releases) expect({ ...release, from: first?.from }).toEqual(first);
  });

  it('takes archives from folders that are named', async () => {
    const all = await builds();
    const folder = await writeFolder(checkout(all));
    const fetched = await writeFolder(archives(all, ({ archive }) => digest('sha1', archive)));
    await expect(read(folder, { blobFolders: [await temporaryFolder(), fetched] })).resolves.toBeDefined();
    const mirrored = await writeFolder(archives(all, ({ kind, name, version }) => `${kind}/${name}/${version}.tgz`));
    await expect(read(folder, { blobFolders: [mirrored] })).resolves.toBeDefined();
    expect(await problemsOf(read(folder, { blobFolders: [join(folder, 'nowhere')] }))).toEqual([
      expect.stringContaining(': no folder of archives: ENOENT'),
    ]);
  });
});

it('finds a build by its version where the index knows no fingerprint', async () => {
  const [nats, ...packages] = await numberedBuilds();
  if (nats === undefined) throw new Error('no fixture');
  const index = `builds:\n  '24': {blobstore_id: by-key, sha1: ${digest('sha1', nats.archive)}}\n`;
  const files = { ...checkout([nats, ...packages]), '.final_builds/jobs/nats/index.yml': index };
  const folder = await writeFolder({ ...files, ...archives(packages, besideIndex) });
  expect(await problemsOf(read(folder))).toContainEqual(expect.stringMatching(/^\/jobs\/nats: .*, object by-key$/));
  await addFiles(folder, { '.blobs/by-key': nats.archive });
  await expect(read(folder)).resolves.toBeDefined();
});

it('takes version 170 of several, else the newest, else the newest of the development', async () => {
  const all = await numberedBuilds();
  const files = archives(all, besideIndex);
  const folder = await writeFolder({
    ...checkout(all, '9'),
    ...checkout(all, '170'),
    ...checkout(all, '194'),
    ...files,
  });
  await symlink('.', join(folder, 'releases/cf'));
  expect((await read(folder)).version).toBe('170');
  expect((await read(join(folder, 'releases/cf-9.yml'))).version).toBe('9');
  await rm(join(folder, 'releases/cf-170.yml'));
  expect((await read(folder)).version).toBe('194');
  await rm(join(folder, 'releases'), { recursive: true });
  const { 'releases/cf-12.yml': index = '' } = checkout(all, '12');
  await addFiles(folder, { 'dev_releases/cf/cf-12+dev.9.yml': index, 'dev_releases/cf/cf-12+dev.10.yml': index });
  expect((await read(folder)).version).toBe('12');
});

it('reads a folder that a tarball was unpacked to', async () => {
  const index =
    'name: cf\nversion: 170\njobs: [{name: nats}]\npackages: [{name: gnatsd, version: 5, fingerprint: f5}]\n';
  const folder = await writeFolder({
    'release.MF': index,
    'jobs/nats.tgz': await natsJob(),
    'packages/gnatsd.tgz': await sourcePackage(),
  });
  const release = await read(folder);
  expect(release.packages['gnatsd']).toMatchObject({
    version: '5',
    archive: { sha256: digest('sha256', await sourcePackage()) },
  });

  await addFiles(folder, { 'packages/gnatsd.tgz': await sourcePackage('another script') });
  expect((await read(folder)).sha256).not.toBe(release.sha256);
  await rm(join(folder, 'packages'), { recursive: true });
  expect(await problemsOf(read(folder))).toEqual([
    '/packages/gnatsd: packages/gnatsd.tgz is not in the release: version 5, fingerprint f5',
  ]);
});
