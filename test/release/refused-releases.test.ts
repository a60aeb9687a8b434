import { expect, it } from 'vitest';
import { inEnglish } from '../../domain/text/text.ts';
import { INDEX, problemsOf, read, whole } from './release-problems.ts';
import { digest, sourcePackage, tarball, type TarEntry } from './release-tarball.ts';

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

it.each([
  ['name: [', ': release.MF is not YAML'],
  ['name: ../cf\nversion: 1\njobs: []\npackages: []', '/name: is not a name (release.MF line 1)'],
  ['name: cf\nversion: 1\njobs: []\npackages: [{name: a/b}]', '/packages/0/name: is not a name (release.MF line 4)'],
  ['name: cf\nversion: 1\njobs: []', '/packages'],
])('refuses the index %j', async (index, problem) => {
  const problems = await problemsOf(read({ 'release.MF': index }));
  expect(problems[0]).toContain(problem);
});
