import type { PortSetting, ReleaseVersion } from './version.ts';
import { V170_PROPERTIES, V170_SECRETS } from './v170-properties.ts';

/** Ports of the scripts and configuration of v170; of two that clash the later one in this list moves. */
const ports: readonly PortSetting[] = [
  { component: 'haproxy', protocol: 'tcp', port: 80 },
  { component: 'haproxy', protocol: 'tcp', port: 443 },
  { component: 'haproxy', protocol: 'tcp', port: 4443 },
  { component: 'nats', protocol: 'tcp', port: 4222 },
  { component: 'nats', protocol: 'tcp', port: 4223 },
  { component: 'nfs_server', protocol: 'tcp', port: 111 },
  { component: 'nfs_server', protocol: 'tcp', port: 2049 },
  { component: 'database', protocol: 'tcp', port: 5524 },
  { component: 'cloud_controller_ng', protocol: 'tcp', port: 9022 },
  { component: 'etcd', protocol: 'tcp', port: 4001 },
  { component: 'etcd', protocol: 'tcp', port: 5678 },
  { component: 'etcd', protocol: 'tcp', port: 7001 },
  { component: 'dea', protocol: 'tcp', port: 2345 },
  { component: 'dea', protocol: 'tcp', port: 12_345 },
  { component: 'dea', protocol: 'tcp', port: 23_456 },
  { component: 'dea', protocol: 'tcp', port: 34_567 },
  { component: 'syslog_aggregator', protocol: 'tcp', port: 54_321 },
  movable('loggregator', 'udp', 3456, 3460, 'loggregator.incoming_port'),
  movable('loggregator', 'tcp', 8080, 8120, 'loggregator.outgoing_port'),
  movable('loggregator', 'tcp', 5768, 5770, 'loggregator.status.port'),
  movable('loggregator', 'udp', 13_456, 13_460, 'traffic_controller.incoming_port', 'loggregator_endpoint.port'),
  movable('loggregator', 'tcp', 18_080, 18_090, 'traffic_controller.outgoing_port'),
  movable('loggregator', 'tcp', 6789, 6790, 'traffic_controller.status.port'),
  movable('gorouter', 'tcp', 80, 8180, 'router.port'),
  movable('gorouter', 'tcp', 8080, 8110, 'router.status.port'),
  movable('uaa', 'tcp', 8080, 8090, 'uaa.port'),
  movable('login', 'tcp', 8080, 8100, 'login.port'),
];

/** cf-release v170, the default. */
export const v170: ReleaseVersion = {
  release: { name: 'cf', version: '170' },
  jobs: {
    haproxy: [{ job: 'haproxy' }],
    nats: [{ job: 'nats' }, { job: 'nats_stream_forwarder' }],
    nfs_server: [{ job: 'debian_nfs_server' }],
    database: [{ job: 'postgres' }],
    // A second clock would do every clean-up twice.
    cloud_controller_ng: [
      { job: 'cloud_controller_ng' },
      { job: 'cloud_controller_worker' },
      { job: 'cloud_controller_clock', only: 'first' },
    ],
    etcd: [{ job: 'etcd' }, { job: 'etcd_metrics_server' }],
    uaa: [{ job: 'uaa' }],
    login: [{ job: 'login' }],
    hm9000: [{ job: 'hm9000' }],
    loggregator: [{ job: 'loggregator' }, { job: 'loggregator_trafficcontroller' }],
    collector: [{ job: 'collector' }],
    syslog_aggregator: [{ job: 'syslog_aggregator' }],
    gorouter: [{ job: 'gorouter' }],
    dea: [{ job: 'dea_next' }, { job: 'dea_logging_agent' }],
  },
  ports,
  secrets: V170_SECRETS,
  properties: V170_PROPERTIES,
  reads: { postgres: ['databases', 'db'] },
};

function movable(
  component: PortSetting['component'],
  protocol: PortSetting['protocol'],
  port: number,
  from: number,
  ...properties: [string, ...string[]]
): PortSetting {
  return { component, protocol, port, movable: { properties, from } };
}
