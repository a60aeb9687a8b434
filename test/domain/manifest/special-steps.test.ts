import { describe, expect, it } from 'vitest';
import { COMPONENTS } from '../../../domain/components.ts';
import {
  everySpecialPackage,
  SPECIAL_STEPS,
  type SpecialStepName,
  specialPackages,
  specialStepsOf,
} from '../../../domain/manifest/special-steps.ts';
import { PROFILES } from '../../../domain/profiles/profiles.ts';
import { v160 } from '../../../domain/versions/v160.ts';
import { v170 } from '../../../domain/versions/v170.ts';
import { v194 } from '../../../domain/versions/v194.ts';
import type { ReleaseVersion } from '../../../domain/versions/version.ts';

describe('special steps', () => {
  it('begin with the system names on every instance, whether a component has others or not', () => {
    expect(specialStepsOf({}, 'nats')).toEqual(['systemNames']);
    expect(specialStepsOf(v170.special, 'etcd')).toEqual(['systemNames', 'etcdStore']);
  });

  it('bring their packages, each once and only for the profile', () => {
    expect(specialPackages('debian-12', ['syslogReceiver', 'syslogDaemon', 'systemNames'])).toEqual([
      'cron',
      'rsyslog',
    ]);
    expect(specialPackages('ubuntu-10.04', ['containerHost'])).toContain('linux-image-virtual-lts-backport-oneiric');
    expect(specialPackages('plan-9', ['syslogReceiver'])).toEqual([]);
  });

  it.each(PROFILES.map(({ name }) => name))('say for %s what each of them needs', (profile) => {
    const withPackages = (Object.keys(SPECIAL_STEPS) as SpecialStepName[]).filter(
      (name) => 'packages' in SPECIAL_STEPS[name],
    );
    for (const name of withPackages) expect(specialPackages(profile, [name]), name).not.toEqual([]);
    expect(everySpecialPackage(profile)).toEqual(expect.arrayContaining(specialPackages(profile, withPackages)));
  });
});

describe('the tables of the versions', () => {
  const componentsWith = (version: ReleaseVersion, job: string) =>
    COMPONENTS.filter((component) => version.jobs[component].some((each) => each.job === job));

  it('give a process to the component that has no job', () => {
    expect(COMPONENTS.filter((component) => v194.jobs[component].length === 0)).toEqual(['syslog_aggregator']);
    expect(specialStepsOf(v194.special, 'syslog_aggregator')).toContain('syslogReceiver');
  });

  it('give rsyslog to every node that v194’s agent may be on', () => {
    for (const component of componentsWith(v194, 'metron_agent'))
      expect(specialStepsOf(v194.special, component), component).toContain('syslogDaemon');
  });

  it('let v160’s aggregator leave the port that everyone sends to', () => {
    expect(specialStepsOf(v160.special, 'syslog_aggregator')).toEqual([
      'systemNames',
      'syslogRelp',
      'syslogOptions',
      'syslogReceiver',
    ]);
    expect(v160.ports.filter(({ component }) => component === 'syslog_aggregator').map(({ port }) => port)).toEqual([
      54_321, 54_322,
    ]);
  });

  it.each([v160, v170, v194])('know what every version needs of a dea, the database and the file server', (version) => {
    expect(version.special.dea).toContain('containerHost');
    expect(version.special.database).toEqual(expect.arrayContaining(['englishLocale', 'databaseRoles']));
    expect(version.special.nfs_server).toContain('nfsServes');
    expect(version.special.cloud_controller_ng).toContain('nfsMount');
  });
});
