import { buildpacks } from './cloud-controller.ts';
import { COMMON_PROPERTIES, COMMON_SECRETS, VARZ } from './common.ts';
import { COMMON_PORTS, fixed, movable } from './ports.ts';
import { port } from './property-table.ts';
import { PROPERTIES_SINCE_V170 } from './since-v170.ts';
import { COMMON_SPECIAL } from './special-tables.ts';
import { cloudControllerSettings, logEndpoint, PROPERTIES_UNTIL_V170, SECRETS_UNTIL_V170 } from './until-v170.ts';
import type { ReleaseVersion } from './version.ts';

/** cf-release v170, the default. */
export const v170: ReleaseVersion = {
  release: { name: 'cf', version: '170' },
  jobs: {
    haproxy: [{ job: 'haproxy' }],
    nats: [{ job: 'nats' }, { job: 'nats_stream_forwarder' }],
    nfs_server: [{ job: 'debian_nfs_server' }],
    database: [{ job: 'postgres' }],
    // A second clock would run every clean-up twice.
    cloud_controller_ng: [
      { job: 'cloud_controller_ng' },
      { job: 'cloud_controller_worker' },
      { job: 'cloud_controller_clock', runs: 'first' },
    ],
    etcd: [{ job: 'etcd' }, { job: 'etcd_metrics_server' }],
    uaa: [{ job: 'uaa', rewrites: [VARZ] }],
    login: [{ job: 'login', rewrites: [VARZ] }],
    hm9000: [{ job: 'hm9000' }],
    loggregator: [{ job: 'loggregator' }, { job: 'loggregator_trafficcontroller' }],
    collector: [{ job: 'collector' }],
    syslog_aggregator: [{ job: 'syslog_aggregator' }],
    gorouter: [{ job: 'gorouter' }],
    dea: [{ job: 'dea_next' }, { job: 'dea_logging_agent' }],
  },
  special: COMMON_SPECIAL,
  ports: [
    movable('loggregator', 'udp', 3456, 3460, 'loggregator.incoming_port'),
    movable('loggregator', 'tcp', 8080, 8120, 'loggregator.outgoing_port'),
    movable('loggregator', 'tcp', 5768, 5770, 'loggregator.status.port'),
    movable('loggregator', 'udp', 13_456, 13_460, 'traffic_controller.incoming_port', 'loggregator_endpoint.port'),
    movable('loggregator', 'tcp', 18_080, 18_090, 'traffic_controller.outgoing_port'),
    movable('loggregator', 'tcp', 6789, 6790, 'traffic_controller.status.port'),
    movable('gorouter', 'tcp', 80, 8180, 'router.port'),
    ...COMMON_PORTS,
    ...fixed('etcd', 5678),
  ],
  secrets: [...COMMON_SECRETS, ...SECRETS_UNTIL_V170],
  properties: {
    ...COMMON_PROPERTIES,
    ...PROPERTIES_UNTIL_V170,
    ...PROPERTIES_SINCE_V170,
    request_timeout_in_seconds: 300,
    'loggregator_endpoint.host': logEndpoint('loggregator'),
    'loggregator_endpoint.port': port('loggregator_endpoint.port'),
    'loggregator.incoming_port': port('loggregator.incoming_port'),
    'loggregator.outgoing_port': port('loggregator.outgoing_port'),
    'traffic_controller.incoming_port': port('traffic_controller.incoming_port'),
    'syslog_aggregator.transport': 'tcp',
    ...cloudControllerSettings({ install_buildpacks: buildpacks('java', 'ruby', 'nodejs', 'go') }),
  },
  reads: { postgres: ['databases', 'db'] },
};
