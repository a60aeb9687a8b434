import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { readRelease } from '../../release/read-release.ts';
import { INDEX, problemsOf, read, whole } from './release-problems.ts';
import { base64, digest, MemoryBlobs, natsJob, sourcePackage, tarball, writeTarball } from './release-tarball.ts';

it('reads jobs and packages and stores their archives', async () => {
  const blobs = new MemoryBlobs();
  const file = await writeTarball(await whole());
  const release = await readRelease(file, blobs);

  expect(release).toMatchObject({ name: 'cf', version: '170', sha256: digest('sha256', await readFile(file)) });
  expect(release.jobs['nats']).toEqual({
    name: 'nats',
    version: '24',
    fingerprint: 'f1',
    archive: { sha256: digest('sha256', await natsJob()), size: (await natsJob()).length },
    packages: ['gnatsd'],
    templates: { 'nats.conf.erb': 'config/nats.conf' },
    properties: { 'nats.port': { default: 4222 }, 'nats.user': {}, 'nats.debug': { default: false } },
  });
  expect(release.packages['gnatsd']).toMatchObject({ version: '5', dependencies: ['golang1.3'] });
  expect(blobs.contents.get(release.packages['gnatsd']?.archive.sha256 ?? '')).toEqual(
    await sourcePackage('go build\n'),
  );
});

it('decodes base64 scalars', async () => {
  const index = INDEX.replace('version: 170', `version: ${base64('170')}`)
    .replace('- {name: golang1.3, version: 1, fingerprint: f2}', `- name: golang1.3\n  fingerprint: ${base64('f2')}`)
    .replace('!binary |-\n    ZjI=', '!!binary |-\n    ZjI=');
  expect(index).toContain('!!binary');
  const release = await read({ ...(await whole()), './release.MF': index });
  expect(release.version).toBe('170');
  expect(release.packages['golang1.3']?.fingerprint).toBe('f2');
});

it('reads an index that maps names to entries', async () => {
  const index = [
    'name: cf',
    'version: 170',
    'jobs: {nats: {version: 24, sha1: ' + digest('sha1', await natsJob()) + '}}',
    'packages: {golang1.3: {version: 1}, gnatsd: {version: 5, dependencies: [golang1.3]}}',
  ].join('\n');
  const release = await read({ ...(await whole()), './release.MF': index });
  expect(release.jobs['nats']?.fingerprint).toBe(digest('sha1', await natsJob()));
  expect(release.packages['gnatsd']?.dependencies).toEqual(['golang1.3']);
});

it('tells a job that declares nothing from one that declares no property', async () => {
  const job = (properties: string) => tarball({ 'job.MF': `packages: [gnatsd]\n${properties}`, monit: '' });
  const properties = async (text: string) =>
    (await read({ ...(await whole()), './jobs/nats.tgz': await job(text) })).jobs['nats']?.properties;
  expect(await properties('')).toBeUndefined();
  expect(await properties('properties:\n')).toBeUndefined();
  expect(await properties('properties: {}\n')).toEqual({});
});

it('takes the last of equal keys, as ruby does', async () => {
  const job = await tarball({ 'job.MF': 'packages: [gone]\npackages: [gnatsd]\n', monit: '' });
  const release = await read({ ...(await whole()), './jobs/nats.tgz': job });
  expect(release.jobs['nats']?.packages).toEqual(['gnatsd']);
});

it('lets missing package archives pass for rendering only', async () => {
  const entries = { './release.MF': INDEX, './jobs/nats.tgz': await natsJob() };
  expect(await problemsOf(read(entries))).toHaveLength(2);
  const release = await read(entries, { allowMissingPackages: true });
  expect(release.packages['gnatsd']?.archive).toEqual({ sha256: '', size: 0 });
});

it('lets the fingerprint of a package change with what it is built with', async () => {
  const ofGnatsd = async (golang: string, gnatsd = 'f3'): Promise<string | undefined> => {
    const index = INDEX.replace('fingerprint: f2', `fingerprint: ${golang}`).replace(': f3', `: ${gnatsd}`);
    return (await read({ ...(await whole()), './release.MF': index })).packages['gnatsd']?.fingerprint;
  };
  const before = await ofGnatsd('f2');
  expect(before).toMatch(/^[0-9a-f]{40}$/);
  expect(await ofGnatsd('f2')).toBe(before);
  expect(new Set([before, await ofGnatsd('f4'), await ofGnatsd('f2', 'f5')]).size).toBe(3);
});

it('accepts links that stay inside', async () => {
  const archive = await tarball({ packaging: 'x', 'a/b': { type: 'symlink', linkname: '../packaging' } });
  await expect(read({ ...(await whole()), './packages/gnatsd.tgz': archive })).resolves.toBeDefined();
});

it('passes on what the blob store throws, and a file that is not there', async () => {
  const full = { add: () => Promise.reject(new Error('no space left')) };
  await expect(readRelease(await writeTarball(await whole()), full)).rejects.toThrow('no space left');
  await expect(readRelease('/nowhere/release.tgz', new MemoryBlobs())).rejects.toMatchObject({ code: 'ENOENT' });
});

it('streams package archives', async () => {
  const blobs = new MemoryBlobs();
  const noise = await tarball({ noise: randomBytes(4_000_000) });
  await readRelease(await writeTarball({ ...(await whole()), './packages/gnatsd.tgz': noise }), blobs);
  expect(Math.max(...blobs.pieces)).toBeGreaterThan(20);
});
