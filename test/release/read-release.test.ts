import { readFile, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { InputError } from '../../domain/errors.ts';
import { inEnglish } from '../../domain/text/text.ts';
import { type ReadOptions, readRelease } from '../../release/read-release.ts';
import {
  base64,
  digest,
  MemoryBlobs,
  natsJob,
  sourcePackage,
  tarball,
  type TarEntry,
  writeTarball,
} from './release-tarball.ts';

const INDEX = [
  'name: cf',
  'version: 170',
  'jobs:',
  '- {name: nats, version: 24, fingerprint: f1}',
  'packages:',
  '- {name: golang1.3, version: 1, fingerprint: f2}',
  '- {name: gnatsd, version: 5, fingerprint: f3, dependencies: [golang1.3]}',
  '',
].join('\n');

const whole = async (): Promise<Record<string, TarEntry>> => ({
  './release.MF': INDEX,
  './jobs/nats.tgz': await natsJob(),
  './packages/golang1.3.tgz': await sourcePackage(),
  './packages/gnatsd.tgz': await sourcePackage('go build\n'),
});

const read = async (entries: Readonly<Record<string, TarEntry>>, options?: ReadOptions) =>
  await readRelease(await writeTarball(entries), new MemoryBlobs(), options);

const problemsOf = async (reading: Promise<unknown>): Promise<string[]> =>
  await reading.then(
    () => [],
    (error: InputError) => {
      expect(error.code).toBe('InvalidRelease');
      return error.problems.map(({ pointer, message }) => `${pointer}: ${inEnglish(message)}`);
    },
  );

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

it.each<[string, string | Buffer, string]>([
  [
    'lists templates',
    'templates: [a]',
    '/templates: must be a mapping from source to target, such as ctl.erb: bin/ctl',
  ],
  ['names one package', 'x: 1\npackages: ruby', '/packages: must be a list of package names (job.MF line 2)'],
  ['is a list', '- a', ': must be a mapping with the keys name, templates and packages (job.MF)'],
  [
    'has monit for a target',
    'templates:\n  a.erb: ./monit',
    "/templates/a.erb: is the place of the job's monit entry: give the template another target (job.MF line 2)",
  ],
  [
    'has an endless default',
    'properties:\n  a.b:\n    default: [.inf]',
    '/properties/a.b: has a default that is not a finite number: write a number, or a text in quotes (job.MF line 3)',
  ],
  [
    'holds objects',
    'a: 1\nb: !ruby/object:Object {}',
    ': job.MF is not YAML: Unresolved tag: !ruby/object:Object at line 2',
  ],
  ['is no UTF-8', Buffer.from('name: caf\xe9', 'latin1'), ': job.MF is not UTF-8: convert it'],
])('refuses a job.MF that %s, with its line', async (_what, text, problem) => {
  const job = await tarball({ 'job.MF': text, monit: '' });
  const [first] = await problemsOf(read({ ...(await whole()), './jobs/nats.tgz': job }));
  expect(first?.slice(0, `/jobs/nats${problem}`.length)).toBe(`/jobs/nats${problem}`);
});

it('takes the last of equal keys, as ruby does', async () => {
  const job = await tarball({ 'job.MF': 'packages: [gone]\npackages: [gnatsd]\n', monit: '' });
  const release = await read({ ...(await whole()), './jobs/nats.tgz': job });
  expect(release.jobs['nats']?.packages).toEqual(['gnatsd']);
});

it('names all that is missing or does not fit, at once', async () => {
  const job = await tarball({ 'job.MF': 'templates: {a.erb: a, b.erb: b}\npackages: [gone]\n', 'templates/a.erb': '' });
  const index = INDEX.replace('fingerprint: f2', 'fingerprint: f2, sha1: 0123')
    .replace('[golang1.3]', '[golang1.3, libyaml]')
    .replace('- {name: nats,', '- {name: uaa}\n- {name: nats,');
  const entries = { ...(await whole()), './release.MF': index, './jobs/nats.tgz': job };
  delete (entries as Record<string, TarEntry>)['./packages/gnatsd.tgz'];

  expect(await problemsOf(read(entries))).toEqual([
    '/jobs/nats: has no monit',
    '/jobs/nats: has no templates/b.erb',
    `/packages/golang1.3: packages/golang1.3.tgz has sha1 ${digest('sha1', await sourcePackage())}, the index says 0123`,
    '/jobs/uaa: jobs/uaa.tgz is not in the release: version unknown, fingerprint unknown',
    '/packages/gnatsd: packages/gnatsd.tgz is not in the release: version 5, fingerprint f3',
    '/jobs/nats: needs package gone, which the release lacks',
    '/packages/gnatsd: needs package libyaml, which the release lacks',
  ]);
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

it('names a cycle of packages, even of packages no job needs', async () => {
  const index = INDEX.replace('fingerprint: f2}', 'fingerprint: f2, dependencies: [gnatsd]}');
  await expect(read({ ...(await whole()), './release.MF': index })).rejects.toMatchObject({
    code: 'PackageCycle',
    problems: [{ pointer: '/packages/golang1.3', message: 'needs itself: golang1.3 -> gnatsd -> golang1.3' }],
  });
  const aside = `${INDEX}- {name: git, version: 1, fingerprint: f6, dependencies: [git]}\n`;
  const entries = { ...(await whole()), './release.MF': aside, './packages/git.tgz': await sourcePackage() };
  await expect(read(entries)).rejects.toHaveProperty('code', 'PackageCycle');
  expect(await problemsOf(read({ ...entries, './jobs/nats.tgz': await tarball({ monit: '' }) }))).toEqual([
    '/jobs/nats: has no job.MF',
    '/packages/git: needs itself: git -> git',
  ]);
});

it.each<[string, Record<string, TarEntry>, string]>([
  ['a path that climbs out', { '../../etc/passwd': 'x' }, '"../../etc/passwd" leads out of the archive'],
  ['an absolute path', { '/etc/passwd': 'x' }, '"/etc/passwd" leads out of the archive'],
  [
    'a symbolic link out',
    { 'a/b': { type: 'symlink', linkname: '../../etc' } },
    '"a/b" links to "../../etc", outside the archive',
  ],
  ['an absolute link', { 'a/b': { type: 'symlink', linkname: '/etc' } }, '"a/b" links to "/etc", outside the archive'],
  ['a hard link out', { b: { type: 'link', linkname: '../x' } }, '"b" links to "../x", outside the archive'],
  ['a device', { sda: { type: 'block-device' } }, '"sda" is a block-device, which no release needs'],
  [
    'a link out by way of another one',
    { 'a/b': { type: 'symlink', linkname: '..' }, c: { type: 'symlink', linkname: 'a/b/..' } },
    '"c" links to "a/b/..", which leads out of the archive or in circles',
  ],
  [
    'links that go round in circles',
    { a: { type: 'symlink', linkname: 'b' }, b: { type: 'symlink', linkname: 'a' } },
    '"a" links to "b", which leads out of the archive or in circles',
  ],
  [
    'a file behind a link',
    { 'a/b': 'x', a: { type: 'symlink', linkname: 'c' } },
    '"a/b" is reached through the link "a"',
  ],
  ['a pipe', { p: { type: 'fifo' } }, '"p" is a fifo, which no release needs'],
  [
    'a path of too many folders',
    { [`${'d/'.repeat(300)}f`]: 'x' },
    `"${'d/'.repeat(20)}"... lies more than 256 folders deep`,
  ],
  ['a file twice', { packaging: 'x', './packaging': 'y' }, '"packaging" is there twice'],
])('refuses %s, in the tarball as in the archives in it', async (_what, entries, message) => {
  const bad = await tarball({ ...entries });
  const toPackage = await problemsOf(read({ ...(await whole()), './packages/gnatsd.tgz': bad }));
  expect(await problemsOf(read({ ...(await whole()), ...entries }))).toContain(`: ${inEnglish(message)}`);
  expect(await problemsOf(read({ ...(await whole()), './jobs/nats.tgz': bad }))).toContain(
    `/jobs/nats: ${inEnglish(message)}`,
  );
  expect(toPackage).toContain(`/packages/gnatsd: ${inEnglish(message)}`);
  expect(toPackage.every((problem) => problem.startsWith('/packages/gnatsd: '))).toBe(true);
});

it('accepts links that stay inside', async () => {
  const archive = await tarball({ packaging: 'x', 'a/b': { type: 'symlink', linkname: '../packaging' } });
  await expect(read({ ...(await whole()), './packages/gnatsd.tgz': archive })).resolves.toBeDefined();
});

it('follows the links of a job, and names those that lead to nothing', async () => {
  const job = await tarball({
    'job.MF': { type: 'symlink', linkname: './spec/job.MF' },
    'spec/job.MF': 'packages: [gnatsd]\ntemplates: {a.erb: a, b.erb: b, c.erb: c}\n',
    monit: { type: 'link', linkname: 'spec/monit' },
    'spec/monit': '',
    shared: { type: 'symlink', linkname: 'spec' },
    'templates/a.erb': { type: 'symlink', linkname: '../shared/monit' },
    'templates/b.erb': { type: 'symlink', linkname: '../shared' },
    'templates/c.erb': { type: 'symlink', linkname: 'gone' },
  });
  expect(await problemsOf(read({ ...(await whole()), './jobs/nats.tgz': job }))).toEqual([
    '/jobs/nats: templates/b.erb links to ../shared, which is not there',
    '/jobs/nats: templates/c.erb links to gone, which is not there',
  ]);
});

it('never fails on damaged bytes but with its problems', async () => {
  const file = await writeTarball(await whole());
  const good = await readFile(file);
  await fc.assert(
    fc.asyncProperty(fc.nat(good.length - 1), fc.uint8Array({ minLength: 1, maxLength: 8 }), async (at, bytes) => {
      const damaged = Buffer.from(good);
      damaged.set(bytes.subarray(0, good.length - at), at);
      await writeFile(file, damaged);
      const outcome = await readRelease(file, new MemoryBlobs()).then(() => 'InvalidRelease', code);
      expect(outcome).toBe('InvalidRelease');
      await writeFile(file, good.subarray(0, at));
      expect(await readRelease(file, new MemoryBlobs()).then(() => 'whole', code)).toBe('InvalidRelease');
    }),
    { numRuns: 30 },
  );
});

it('never fails on any index but with its problems', async () => {
  const texts = fc.oneof(fc.string(), fc.json(), fc.constantFrom(...'[{&:*!|>-'));
  await fc.assert(
    fc.asyncProperty(fc.nat(INDEX.length), texts, async (at, text) => {
      const index = INDEX.slice(0, at) + text + INDEX.slice(at);
      const outcome = await read({ ...(await whole()), './release.MF': index }).then(() => 'InvalidRelease', code);
      expect(['InvalidRelease', 'PackageCycle']).toContain(outcome);
    }),
    { numRuns: 30 },
  );
});

const code = (error: InputError): unknown => error.code;

it('stops at archives that unpack to more than they may', async () => {
  const limits = {
    release: { entries: 10, entry: 100_000, total: 1_000_000 },
    job: { entries: 10, entry: 1000, total: 20_000 },
    package: { entries: 3, entry: 1_000_000, total: 500_000 },
    jobArchive: 50_000,
    text: 500,
  };
  const zeros = Buffer.alloc(900_000);
  const bomb = await tarball({ zeros });
  const many = await tarball({ a: '', b: '', c: '', d: '' });
  const job = await tarball({ 'job.MF': '', monit: '', big: Buffer.alloc(2000) });
  const base = await whole();

  expect(await problemsOf(read({ ...base, zeros }, { limits }))).toContain(': "zeros" has more than 100000 bytes');
  expect(await problemsOf(read({ ...base, './packages/gnatsd.tgz': bomb }, { limits }))).toEqual([
    '/packages/gnatsd: unpacks to more than 500000 bytes',
  ]);
  expect(await problemsOf(read({ ...base, './packages/gnatsd.tgz': many }, { limits }))).toEqual([
    '/packages/gnatsd: more than 3 entries',
  ]);
  expect(await problemsOf(read({ ...base, './jobs/nats.tgz': job }, { limits }))).toContain(
    '/jobs/nats: "big" has more than 1000 bytes',
  );
  expect(await problemsOf(read({ ...base, './jobs/nats.tgz': randomBytes(60_000) }, { limits }))).toEqual([
    '/jobs/nats: jobs/nats.tgz has more than 50000 bytes',
  ]);
  expect(await problemsOf(read({ ...base, './release.MF': `${INDEX}#${'-'.repeat(500)}` }, { limits }))).toContain(
    ': release.MF has more than 500 bytes',
  );
});

it('says so when the file or an archive in it is damaged', async () => {
  const file = await writeTarball(await whole());
  await writeFile(file, (await readFile(file)).subarray(0, 300));
  const [first] = await problemsOf(readRelease(file, new MemoryBlobs()));
  expect(first).toBe(': not a readable tar.gz: unexpected end of file');
  const entries = { ...(await whole()), './packages/gnatsd.tgz': 'no archive at all', './jobs/nats.tgz': 'nor this' };
  expect(await problemsOf(read(entries))).toEqual([
    '/jobs/nats: not a readable tar.gz: incorrect header check',
    '/jobs/nats: has no job.MF',
    '/packages/gnatsd: not a readable tar.gz: incorrect header check',
  ]);
});

it.each([
  ['name: [', ': release.MF is not YAML'],
  ['name: ../cf\nversion: 1\njobs: []\npackages: []', '/name: is not a name (release.MF line 1)'],
  ['name: cf\nversion: 1\njobs: []\npackages: [{name: a/b}]', '/packages/0/name: is not a name (release.MF line 4)'],
  ['name: cf\nversion: 1\njobs: []', '/packages'],
])('refuses the index %j', async (index, problem) => {
  const problems = await problemsOf(read({ 'release.MF': index }));
  expect(problems[0]).toContain(problem);
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
