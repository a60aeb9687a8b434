import type { SpecialTable } from '../manifest/special-steps.ts';

/** v160 and v170 hand their log lines to the node's rsyslog in most jobs' scripts; v194 has an agent that does. */
export const COMMON_SPECIAL = {
  haproxy: ['frontCertificate'],
  nats: ['syslogDaemon'],
  nfs_server: ['nfsExport', 'nfsServes'],
  database: ['englishLocale', 'sharedMemory', 'databaseRoles'],
  cloud_controller_ng: ['vcapHome', 'englishLocale', 'syslogDaemon', 'nfsMount'],
  etcd: ['etcdStore'],
  uaa: ['syslogDaemon'],
  login: ['syslogDaemon'],
  hm9000: ['syslogDaemon'],
  loggregator: ['lockedMemory', 'syslogDaemon'],
  collector: ['syslogDaemon'],
  syslog_aggregator: ['syslogDaemon', 'syslogOptions'],
  gorouter: ['lowPorts', 'openFiles', 'syslogDaemon'],
  dea: ['containerHost', 'syslogDaemon'],
} as const satisfies SpecialTable;

/** The sample release mounts nothing, runs no containers, binds its ports as root and forwards its log lines itself. */
export const SAMPLE_SPECIAL: SpecialTable = {
  haproxy: ['frontCertificate'],
  database: ['englishLocale', 'databaseRoles'],
  cloud_controller_ng: ['vcapHome'],
  etcd: ['etcdStore'],
};
