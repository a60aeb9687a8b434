import { expect, it } from 'vitest';
import { packagesOf, withDependencies } from '../../../domain/release/closure.ts';
import type { Release, ReleaseJob, ReleasePackage } from '../../../domain/release/release.ts';

const archive = { sha256: '', size: 0 };

const release = (
  jobs: Readonly<Record<string, readonly string[]>>,
  packages: Readonly<Record<string, readonly string[]>>,
): Pick<Release, 'jobs' | 'packages'> => ({
  jobs: Object.fromEntries(
    Object.entries(jobs).map(([name, needed]): [string, ReleaseJob] => [
      name,
      { name, version: '1', fingerprint: name, archive, packages: needed, templates: {}, properties: {} },
    ]),
  ),
  packages: Object.fromEntries(
    Object.entries(packages).map(([name, dependencies]): [string, ReleasePackage] => [
      name,
      { name, version: '1', fingerprint: name, archive, dependencies },
    ]),
  ),
});

it('puts each package after its dependencies, depth first', () => {
  const meiko = release({ vocaloid: ['meiko'] }, { meiko: ['tako'], tako: ['luca'], luca: ['miku'], miku: [] });
  expect(packagesOf(meiko, ['vocaloid'])).toEqual(['miku', 'luca', 'tako', 'meiko']);
});

it('takes no package twice, over all jobs in their order', () => {
  const shared = release(
    { nats: ['common', 'gnatsd'], forwarder: ['common', 'ruby', 'nats'] },
    { common: [], golang: [], gnatsd: ['golang'], ruby: [], nats: ['ruby'] },
  );
  expect(packagesOf(shared, ['nats', 'forwarder'])).toEqual(['common', 'golang', 'gnatsd', 'ruby', 'nats']);
  expect(packagesOf(shared, ['forwarder', 'nats'])).toEqual(['common', 'ruby', 'nats', 'golang', 'gnatsd']);
});

it('adds to packages all that they are built with, and nothing else', () => {
  const meiko = release({}, { meiko: ['tako'], tako: ['luca'], luca: [], miku: [] });
  expect(withDependencies(meiko, ['tako'])).toEqual(['luca', 'tako']);
});

it('visits each package once, however many lead to it', () => {
  const levels = Array.from({ length: 24 }, (_, level) => [`${level}a`, `${level}b`]);
  const lattice = levels.flatMap((pair, level) =>
    pair.map((name): [string, string[]] => [name, levels[level + 1] ?? []]),
  );
  expect(packagesOf(release({ job: ['0a'] }, Object.fromEntries(lattice)), ['job'])).toHaveLength(47);
});

it('names the cycle and nothing that merely leads to it', () => {
  const cyclic = release({ job: ['a'] }, { a: ['b'], b: ['c'], c: ['d'], d: ['b'] });
  expect(() => packagesOf(cyclic, ['job'])).toThrow(
    expect.objectContaining({
      code: 'PackageCycle',
      problems: [{ pointer: '/packages/b', message: 'needs itself: b -> c -> d -> b' }],
    }),
  );
});

it('names every cycle, beside all else that is wrong', () => {
  const cyclic = release({ job: ['a', 'c'] }, { a: ['b', 'a'], b: ['a', 'lost'], c: ['c'] });
  expect(() => packagesOf(cyclic, ['job'])).toThrow(
    expect.objectContaining({
      code: 'InvalidRelease',
      problems: [
        { pointer: '/packages/b', message: 'needs package lost, which the release lacks' },
        { pointer: '/packages/a', message: 'needs itself: a -> b -> a' },
        { pointer: '/packages/a', message: 'needs itself: a -> a' },
        { pointer: '/packages/c', message: 'needs itself: c -> c' },
      ],
    }),
  );
});

it('names every missing package and job, where it is needed', () => {
  const torn = release({ job: ['a', 'gone', 'constructor'] }, { a: ['lost', 'gone'] });
  expect(() => packagesOf(torn, ['job', 'toString'])).toThrow(
    expect.objectContaining({
      code: 'InvalidRelease',
      problems: [
        { pointer: '/jobs/toString', message: 'is not in the release' },
        { pointer: '/packages/a', message: 'needs package lost, which the release lacks' },
        { pointer: '/packages/a', message: 'needs package gone, which the release lacks' },
        { pointer: '/jobs/job', message: 'needs package gone, which the release lacks' },
        { pointer: '/jobs/job', message: 'needs package constructor, which the release lacks' },
      ],
    }),
  );
});
