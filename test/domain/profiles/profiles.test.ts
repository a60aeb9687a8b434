import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE, profileFor, PROFILES } from '../../../domain/profiles/profiles.ts';
import { sourcesOf } from '../../../domain/profiles/source-build.ts';
import { withSources } from '../../../domain/profiles/with-sources.ts';

describe.each(PROFILES)('$name', (profile) => {
  it('serves its system and no other', () => {
    expect(profileFor(profile.system)).toBe(profile);
    expect(profileFor(`${profile.system}.1`)).toBeUndefined();
  });

  it('names packages as archives do, each once and in order', () => {
    for (const names of [profile.runtimePackages, profile.toolchainPackages]) {
      expect(names).toEqual([...new Set(names)].toSorted());
      for (const name of names) expect(name).toMatch(/^[a-z0-9][a-z0-9+.-]+$/);
    }
    expect(profile.toolchainPackages).toEqual(expect.arrayContaining(['bison', 'build-essential', 'libssl-dev']));
    expect(profile.runtimePackages).toEqual(expect.arrayContaining(['curl', 'runit', 'sudo']));
  });

  it('has a ruby from source, and monit from source or from a package', () => {
    const builds = profile.builds.map(({ name }) => name);
    expect(builds).toContain('ruby');
    expect(builds.includes('monit')).toBe(!profile.runtimePackages.includes('monit'));
  });

  it('links the very programs that its builds are known by', () => {
    for (const { name, programs, proof } of profile.builds)
      expect(programs).toEqual(expect.arrayContaining([name, proof[0]]));
  });

  it('names each source by a digest, or says where the one who states it gets it', () => {
    const sources = sourcesOf(profile.builds);
    expect(new Set(sources.map(({ file }) => file)).size).toBe(sources.length);
    for (const { sha256, from } of sources) {
      expect(sha256 ?? 'stated').toMatch(/^([0-9a-f]{64}|stated)$/);
      if ('url' in from) expect(from.url).toMatch(/^https:/);
    }
  });
});

it('is debian-12 unless asked otherwise', () => {
  expect(DEFAULT_PROFILE.name).toBe('debian-12');
});

it.each([
  ['ubuntu-10.04', 'lucid', 'libreadline5-dev', 'git-core'],
  ['ubuntu-12.04', 'precise', 'libreadline6-dev', 'git'],
])('%s has the names of its suite', (name, suite, readline, git) => {
  const { archive, toolchainPackages } = profileFor(name) ?? DEFAULT_PROFILE;
  expect(archive).toMatchObject({ distribution: 'ubuntu', suite, updates: [`${suite}-updates`, `${suite}-security`] });
  expect(toolchainPackages).toEqual(expect.arrayContaining([readline, git]));
});

it.each(['ubuntu-10.04', 'ubuntu-12.04'])('%s has the programs that the specification names', (name) => {
  const { builds } = profileFor(name) ?? DEFAULT_PROFILE;
  const files = sourcesOf(builds).map(({ file }) => file.replace(/\.(tar\.gz|tgz)$/, ''));
  expect(files.toSorted()).toEqual(['monit-5.2.4', 'ruby-1.9.3-p448', 'rubygems-1.8.17', 'yaml-0.1.4']);
});

it('takes the digests of sources from what is there, and leaves the others open', () => {
  const [first] = sourcesOf(DEFAULT_PROFILE.builds);
  const sha256 = '7'.repeat(64);
  const known = withSources(DEFAULT_PROFILE, [{ file: first?.file ?? '', sha256 }]);
  expect(sourcesOf(known.builds).map((source) => source.sha256)).toEqual([sha256]);
  expect(sourcesOf(withSources(DEFAULT_PROFILE, []).builds).map((source) => source.sha256)).toEqual([undefined]);
});
