import { COMMON_PROPERTIES, COMMON_SECRETS, VARZ } from './common.ts';
import { COMMON_PORTS, fixed, movable } from './ports.ts';
import { COMMON_SPECIAL } from './special-tables.ts';
import { cloudControllerSettings, logEndpoint, PROPERTIES_UNTIL_V170, SECRETS_UNTIL_V170 } from './until-v170.ts';
import type { ReleaseVersion } from './version.ts';

/** One pair of properties drives the log server and the traffic controller, so their ports stay where they are. */
const LOGS = { incoming: 3456, outgoing: 8080 };

/** The aggregator's job leaves the port everyone sends to for a receiver that speaks TCP. */
const RELP_PORT = 54_322;
const SYSLOG_PORT = 54_321;

/** Seconds. */
const TIMEOUTS = { 'router.endpoint_timeout': 60, 'ha_proxy.timeout': 300 };

/** cf-release v160. */
export const v160: ReleaseVersion = {
  release: { name: 'cf', version: '160' },
  jobs: {
    haproxy: [{ job: 'haproxy' }],
    nats: [{ job: 'nats' }, { job: 'nats_stream_forwarder' }],
    nfs_server: [{ job: 'debian_nfs_server' }],
    database: [{ job: 'postgres' }],
    cloud_controller_ng: [{ job: 'cloud_controller_ng' }],
    etcd: [{ job: 'etcd' }],
    uaa: [{ job: 'uaa', rewrites: [VARZ] }],
    login: [{ job: 'login', rewrites: [VARZ] }],
    hm9000: [{ job: 'hm9000' }],
    loggregator: [{ job: 'loggregator' }],
    // It cannot live with the log server, whose ports it wants.
    collector: [{ job: 'collector' }, { job: 'loggregator_trafficcontroller', only: 'first' }],
    syslog_aggregator: [{ job: 'syslog_aggregator' }],
    gorouter: [{ job: 'gorouter' }],
    dea: [{ job: 'dea_next' }, { job: 'dea_logging_agent' }],
  },
  special: {
    ...COMMON_SPECIAL,
    collector: ['lockedMemory', 'syslogDaemon'],
    // The job listens for RELP, while everyone speaks TCP.
    syslog_aggregator: ['syslogRelp', 'syslogOptions', 'syslogReceiver'],
  },
  ports: [
    ...COMMON_PORTS,
    ...fixed('syslog_aggregator', RELP_PORT),
    ...fixed('gorouter', 80),
    { component: 'loggregator', protocol: 'udp', port: LOGS.incoming },
    ...fixed('loggregator', LOGS.outgoing),
    movable('loggregator', 'tcp', 5768, 5770, 'loggregator.status.port'),
    // Every collector, because any of them can become the first.
    { component: 'collector', protocol: 'udp', port: LOGS.incoming },
    ...fixed('collector', LOGS.outgoing),
    movable('collector', 'tcp', 6789, 6790, 'traffic_controller.status.port'),
  ],
  secrets: [...COMMON_SECRETS, ...SECRETS_UNTIL_V170],
  properties: {
    ...COMMON_PROPERTIES,
    ...PROPERTIES_UNTIL_V170,
    ...TIMEOUTS,
    'syslog_aggregator.port': ({ component }) => (component === 'syslog_aggregator' ? RELP_PORT : SYSLOG_PORT),
    'nats.use_gnatsd': true,
    etcd_ips: (cluster) => cluster.reachable('etcd'),
    // Only those that join have a leader: the first one starts the cluster.
    leader_ip: ({ component, index, addresses }) =>
      component === 'etcd' && index > 0 ? addresses('etcd')[0] : undefined,
    'loggregator_endpoint.host': logEndpoint('collector'),
    'loggregator_endpoint.port': LOGS.incoming,
    'loggregator.incoming_port': LOGS.incoming,
    'loggregator.outgoing_port': LOGS.outgoing,
    ...cloudControllerSettings({ 'quota_definitions.default.trial_db_allowed': true }),
    'uaa.login.addnew': false,
  },
  reads: { postgres: ['databases', 'db'], debian_nfs_server: ['nfs_server', 'debian_nfs_server'] },
};
