import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { InputError } from '../../domain/errors.ts';
import { archives, besideIndex, problemsOf, read } from './folder-problems.ts';
import { addFiles, checkout, numberedBuilds, writeFolder } from './release-folder.ts';
import { digest, sourcePackage, tarball } from './release-tarball.ts';

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
