import { describe, expect, it } from 'vitest';
import { COMPONENTS } from '../../../domain/components.ts';
import type { Configuration } from '../../../domain/configuration.ts';
import { v160 } from '../../../domain/versions/v160.ts';
import { v170 } from '../../../domain/versions/v170.ts';
import { v194 } from '../../../domain/versions/v194.ts';
import {
  apartJobsOf,
  filesRewritten,
  idleJobsOf,
  jobsOf,
  type ReleaseVersion,
} from '../../../domain/versions/version.ts';
import { configurationWith, instancesIn } from '../document-example.ts';

type Components = Partial<Configuration['components']>;

/** What a function of the version says of each instance, by its id. */
const byInstance = (of: typeof jobsOf, version: ReleaseVersion, components: Components) => {
  const instances = instancesIn(configurationWith(components));
  return Object.fromEntries(instances.map((instance) => [instance.id, of(version, instance, instances)]));
};

const TWO_CLOUD_CONTROLLERS = { cloud_controller_ng: ['10.0.0.1', '10.0.0.2'] };
const CLOUD_CONTROLLER = ['cloud_controller_ng', 'cloud_controller_worker', 'cloud_controller_clock'];

describe('jobsOf', () => {
  it('installs what is only for the first instance there alone', () => {
    expect(byInstance(jobsOf, v160, { collector: ['10.0.0.1', '10.0.0.2'] })).toEqual({
      'collector/0': ['collector', 'loggregator_trafficcontroller'],
      'collector/1': ['collector'],
    });
  });

  it('installs what runs on the first instance alone everywhere', () => {
    expect(byInstance(jobsOf, v170, TWO_CLOUD_CONTROLLERS)).toEqual({
      'cloud_controller_ng/0': CLOUD_CONTROLLER,
      'cloud_controller_ng/1': CLOUD_CONTROLLER,
    });
  });

  it('installs what a node needs once with its first instance that wants it', () => {
    const shared = { nats: ['10.0.0.1'], uaa: ['10.0.0.1', '10.0.0.2'], syslog_aggregator: ['10.0.0.1', '10.0.0.3'] };
    expect(byInstance(jobsOf, v194, shared)).toEqual({
      'nats/0': ['nats', 'nats_stream_forwarder', 'metron_agent'],
      'uaa/0': ['uaa'],
      'uaa/1': ['uaa', 'metron_agent'],
      'syslog_aggregator/0': [],
      'syslog_aggregator/1': [],
    });
  });

  it('keeps the agent off the whole node whose ports doppler owns', () => {
    expect(byInstance(jobsOf, v194, { uaa: ['10.0.0.1', '10.0.0.2'], loggregator: ['10.0.0.1'] })).toEqual({
      'uaa/0': ['uaa'],
      'uaa/1': ['uaa', 'metron_agent'],
      'loggregator/0': ['doppler', 'loggregator_trafficcontroller'],
    });
  });
});

describe('filesRewritten', () => {
  it.each([v160, v170, v194])('names what uaa and login change by themselves', (version) => {
    expect(byInstance(filesRewritten, version, { uaa: ['10.0.0.1'], login: ['10.0.0.2'], nats: ['10.0.0.3'] })).toEqual(
      {
        'uaa/0': ['uaa/config/varz.yml'],
        'login/0': ['login/config/varz.yml'],
        'nats/0': [],
      },
    );
  });
});

describe('idleJobsOf', () => {
  it.each([v170, v194])('lets one clock run in cf $release.version', (version) => {
    expect(byInstance(idleJobsOf, version, TWO_CLOUD_CONTROLLERS)).toEqual({
      'cloud_controller_ng/0': [],
      'cloud_controller_ng/1': ['cloud_controller_clock'],
    });
  });

  it('names no job that is not installed', () => {
    expect(byInstance(idleJobsOf, v160, TWO_CLOUD_CONTROLLERS)).toEqual({
      'cloud_controller_ng/0': [],
      'cloud_controller_ng/1': [],
    });
  });
});

it('knows which jobs stay away from which components, and whose they may be', () => {
  const bearers = COMPONENTS.filter((component) => !['loggregator', 'syslog_aggregator'].includes(component));
  expect(apartJobsOf(v194)).toEqual([{ job: 'metron_agent', components: ['loggregator'], bearers }]);
  expect(apartJobsOf(v170)).toEqual([]);
});
