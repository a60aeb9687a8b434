import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InputError } from '../../domain/errors.ts';
import { inEnglish } from '../../domain/text/text.ts';
import { type ReadOptions, readRelease } from '../../release/read-release.ts';
import {
  addFiles,
  checkout,
  fingerprintBuilds,
  type FixtureBuild,
  numberedBuilds,
  writeFolder,
} from './release-folder.ts';
import { digest, MemoryBlobs, natsJob, sourcePackage, tarball, temporaryFolder } from './release-tarball.ts';

const read = (folder: string, options?: ReadOptions) => readRelease(folder, new MemoryBlobs(), options);

const problemsOf = (reading: Promise<unknown>): Promise<string[]> =>
  reading.then(
    () => [],
    (error: InputError) => {
      expect(error.code).toBe('InvalidRelease');
      return error.problems.map(({ pointer, message }) => `${pointer}: ${inEnglish(message)}`);
    },
  );

const archives = (builds: readonly FixtureBuild[], name: (build: FixtureBuild) => string) =>
  Object.fromEntries(builds.map((build) => [name(build), build.archive]));

const besideIndex = ({ kind, name, version }: FixtureBuild): string => `.final_builds/${kind}/${name}/${version}.tgz`;

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

it('names the objects of all archives that are missing, and how to get them', async () => {
  const all = await numberedBuilds();
  const [nats, golang] = all;
  const files: Record<string, string | Uint8Array> = { ...checkout(all), ...archives(all.slice(2), besideIndex) };
  delete files['.final_builds/packages/golang1.3/index.yml'];
  const folder = await writeFolder(files);
  expect(await problemsOf(read(folder))).toEqual([
    `/jobs/nats: its archive is missing: version 24, sha1 ${digest('sha1', nats?.archive ?? Buffer.of())}, object rest/objects/nats-0815`,
    `/packages/golang1.3: its archive is missing: version 6, sha1 ${digest('sha1', golang?.archive ?? Buffer.of())}, ` +
      'no such build in .final_builds/packages/golang1.3/index.yml',
    ': 2 archives are missing: fetch the objects named above from the blobstore (provider s3, bucket_name fake-bucket) ' +
      `and put them into ${folder}/.blobs or into a folder given with --blobs, each under its object id or its sha1`,
  ]);
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

it('names the file that is not what the index says, and other problems with it', async () => {
  const all = await numberedBuilds();
  const files = { ...checkout(all), ...archives(all, besideIndex) };
  const other = await tarball({ 'job.MF': 'templates: {a.erb: a}', monit: '' });
  const folder = await writeFolder({
    ...files,
    '.final_builds/jobs/nats/24.tgz': other,
    '.final_builds/packages/gnatsd/5.tgz': (await sourcePackage('go build\n')).subarray(0, 50),
    '.final_builds/packages/golang1.3/index.yml': 'builds: [',
  });
  expect(await problemsOf(read(folder))).toEqual([
    expect.stringMatching(/^\/packages\/golang1.3: .final_builds\/packages\/golang1.3\/index.yml is not YAML/),
    '/jobs/nats: has no templates/a.erb',
    '/packages/gnatsd: not a readable tar.gz: unexpected end of file',
    expect.stringMatching(/^\/jobs\/nats: .final_builds\/jobs\/nats\/24.tgz has sha1 .*, the index says/),
    expect.stringMatching(/^\/packages\/gnatsd: .final_builds\/packages\/gnatsd\/5.tgz has sha1 .*, the index says/),
  ]);
});

it('refuses files that are links out of the folder, and follows those inside', async () => {
  const all = await numberedBuilds();
  const outside = await writeFolder(archives(all, ({ name }) => `${name}.tgz`));
  const folder = await writeFolder({ ...checkout(all), ...archives(all, ({ name }) => `kept/${name}.tgz`) });
  const link = (to: string) =>
    Promise.all(
      all.map(async (build) => {
        await rm(join(folder, besideIndex(build)), { force: true });
        await symlink(join(to, `${build.name}.tgz`), join(folder, besideIndex(build)));
      }),
    );
  await link(outside);
  expect(await problemsOf(read(folder))).toEqual(
    all.map(
      (build) =>
        `/${build.kind}/${build.name}: ${besideIndex(build)} leads out of ${folder}: name the folder it leads to with --blobs`,
    ),
  );
  await link('../../../kept');
  await expect(read(folder)).resolves.toBeDefined();
});

it('looks for no file outside, whatever versions and object ids an index has', async () => {
  const [nats, ...packages] = await numberedBuilds();
  if (nats === undefined) throw new Error('no fixture');
  const folder = await writeFolder({ 'nats.tgz': nats.archive });
  const sly = { ...nats, version: '../../../../nats', object: '../../nats.tgz' };
  await addFiles(join(folder, 'release'), { ...checkout([sly, ...packages]), ...archives(packages, besideIndex) });
  expect(await problemsOf(read(join(folder, 'release')))).toContainEqual(
    expect.stringContaining('/jobs/nats: its archive is missing'),
  );
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

it('says what is wrong with a folder or file that is no release', async () => {
  const folder = await writeFolder({ 'src/file': '', 'other/cf-170.yml': '' });
  expect(await problemsOf(read(folder))).toEqual([
    `: ${folder} is no release: it has neither release.MF nor releases/NAME-VERSION.yml`,
  ]);
  expect(await problemsOf(read(join(folder, 'other/cf-170.yml')))).toEqual([
    `: ${folder}/other/cf-170.yml is not in a folder releases or dev_releases of a release`,
  ]);
});

it('never fails on damaged indexes but with its problems', async () => {
  const all = await numberedBuilds();
  const files = checkout(all);
  const names = Object.keys(files).filter((name) => name !== 'releases/index.yml');
  const folder = await writeFolder({ ...files, ...archives(all, besideIndex) });
  const damage = fc.oneof(fc.string(), fc.constantFrom('!binary "x', '? ', '&a *a', '- {', '\0', '../', '[[[[', '~'));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), fc.nat(600), fc.nat(20), damage, async (name, at, cut, text) => {
      const whole = files[name] ?? '';
      const place = at % whole.length;
      await addFiles(folder, { [name]: whole.slice(0, place) + text + whole.slice(place + cut) });
      const outcome = await read(folder).then(
        () => 'InvalidRelease',
        (error: InputError) => error.code,
      );
      expect(['InvalidRelease', 'PackageCycle']).toContain(outcome);
      await addFiles(folder, { [name]: whole });
    }),
    { numRuns: 40 },
  );
  await expect(read(folder)).resolves.toBeDefined();
});
