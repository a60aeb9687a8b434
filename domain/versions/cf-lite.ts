import { SAMPLE_SPECIAL } from './special-tables.ts';
import { v160 } from './v160.ts';
import { v170 } from './v170.ts';
import { METRON_AGENT, v194 } from './v194.ts';
import type { ReleaseVersion } from './version.ts';

/** A small job per component. */
const JOBS: ReleaseVersion['jobs'] = {
  haproxy: [{ job: 'haproxy' }],
  nats: [{ job: 'nats' }],
  nfs_server: [{ job: 'debian_nfs_server' }],
  database: [{ job: 'postgres' }],
  cloud_controller_ng: [{ job: 'cloud_controller_ng' }],
  etcd: [{ job: 'etcd' }],
  uaa: [{ job: 'uaa' }],
  login: [{ job: 'login' }],
  hm9000: [{ job: 'hm9000' }],
  loggregator: [{ job: 'loggregator' }],
  collector: [{ job: 'collector' }],
  syslog_aggregator: [{ job: 'syslog_aggregator' }],
  gorouter: [{ job: 'gorouter' }],
  dea: [{ job: 'dea_next' }],
};

const withAgent = Object.fromEntries(
  Object.entries(JOBS).map(([component, jobs]) => [component, [...jobs, METRON_AGENT]]),
) as unknown as ReleaseVersion['jobs'];

const release = (version: string): ReleaseVersion['release'] => ({ name: 'cf-lite', version });

/** The sample release: v160's names, properties and ports, and its traffic controller beside the collector. */
export const cfLite160: ReleaseVersion = {
  ...v160,
  release: release('160'),
  jobs: { ...JOBS, collector: v160.jobs.collector },
  special: SAMPLE_SPECIAL,
  // Its aggregator speaks TCP.
  properties: { ...v160.properties, 'syslog_aggregator.port': 54_321 },
};

/** The sample release: v170's names, properties and ports. */
export const cfLite170: ReleaseVersion = { ...v170, release: release('170'), jobs: JOBS, special: SAMPLE_SPECIAL };

/** The sample release: v194's names, properties and ports, with its agent and its mounter, without syslog_aggregator. */
export const cfLite194: ReleaseVersion = {
  ...v194,
  release: release('194'),
  jobs: {
    ...withAgent,
    // It creates what the cloud controller keeps files in, so it comes first.
    cloud_controller_ng: [{ job: 'nfs_mounter' }, ...withAgent.cloud_controller_ng],
    loggregator: [{ job: 'doppler' }],
    syslog_aggregator: [],
  },
  special: { ...SAMPLE_SPECIAL, syslog_aggregator: ['syslogReceiver'] },
};
