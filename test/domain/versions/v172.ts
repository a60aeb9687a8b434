import { fixed } from '../../../domain/versions/ports.ts';
import { secret } from '../../../domain/versions/property-table.ts';
import { v170 } from '../../../domain/versions/v170.ts';
import type { ReleaseVersion } from '../../../domain/versions/version.ts';

/** cf-release v172. */
export const v172: ReleaseVersion = {
  ...v170,
  release: { name: 'cf', version: '172' },
  jobs: { ...v170.jobs, etcd: [...v170.jobs.etcd, { job: 'etcd_backup', runs: 'first' }] },
  ports: [...v170.ports, ...fixed('etcd', 4003)],
  secrets: [...v170.secrets, 'etcd_backup_password'],
  properties: {
    ...v170.properties,
    request_timeout_in_seconds: 600,
    'etcd_backup.password': secret('etcd_backup_password'),
    'syslog_aggregator.transport': undefined,
  },
};
