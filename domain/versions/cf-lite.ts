import { v170 } from './v170.ts';
import type { ReleaseVersion } from './version.ts';

/** The sample release: v170's names and properties, one small job per component. */
export const cfLite: ReleaseVersion = {
  ...v170,
  release: { name: 'cf-lite', version: '1' },
  jobs: {
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
  },
};
