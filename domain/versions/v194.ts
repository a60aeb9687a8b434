import { administrator, ADMINISTRATOR_GROUPS } from './accounts.ts';
import { buildpacks, CLOUD_CONTROLLER } from './cloud-controller.ts';
import { COMMON_PROPERTIES, COMMON_SECRETS, VARZ } from './common.ts';
import { COMMON_PORTS, fixed, movable } from './ports.ts';
import { below, type ClusterFacts, firstOf, port, secret, url } from './property-table.ts';
import { SECURITY_GROUPS } from './security-groups.ts';
import { PROPERTIES_SINCE_V170 } from './since-v170.ts';
import { COMMON_SPECIAL } from './special-tables.ts';
import type { ComponentJob, ReleaseVersion } from './version.ts';

/** Takes a node's logs to doppler, which owns the agent's UDP ports 3456 and 3457 on its own node. */
export const METRON_AGENT: ComponentJob = { job: 'metron_agent', only: 'per node', notBeside: ['loggregator'] };

/** The mounts' addresses; an empty list would export the store to everyone. */
const nfsClients = ({ addresses }: ClusterFacts) => {
  const clients = addresses('cloud_controller_ng');
  return clients.length > 0 ? clients : addresses('nfs_server');
};

/** cf-release v194. */
export const v194: ReleaseVersion = {
  release: { name: 'cf', version: '194' },
  jobs: {
    haproxy: [{ job: 'haproxy' }, METRON_AGENT],
    nats: [{ job: 'nats' }, { job: 'nats_stream_forwarder' }, METRON_AGENT],
    nfs_server: [{ job: 'debian_nfs_server' }, METRON_AGENT],
    database: [{ job: 'postgres' }, METRON_AGENT],
    // A second clock would run every clean-up twice.
    cloud_controller_ng: [
      { job: 'cloud_controller_ng' },
      { job: 'cloud_controller_worker' },
      { job: 'cloud_controller_clock', runs: 'first' },
      { job: 'nfs_mounter' },
      METRON_AGENT,
    ],
    etcd: [{ job: 'etcd' }, { job: 'etcd_metrics_server' }, METRON_AGENT],
    uaa: [{ job: 'uaa', rewrites: [VARZ] }, METRON_AGENT],
    login: [{ job: 'login', rewrites: [VARZ] }, METRON_AGENT],
    hm9000: [{ job: 'hm9000' }, METRON_AGENT],
    loggregator: [{ job: 'doppler' }, { job: 'loggregator_trafficcontroller' }],
    collector: [{ job: 'collector' }, METRON_AGENT],
    // The release has none any more: the node's own rsyslog receives.
    syslog_aggregator: [],
    gorouter: [{ job: 'gorouter' }, METRON_AGENT],
    dea: [{ job: 'dea_next' }, { job: 'dea_logging_agent' }, METRON_AGENT],
  },
  special: {
    ...COMMON_SPECIAL,
    haproxy: [...COMMON_SPECIAL.haproxy, 'syslogDaemon'],
    nfs_server: [...COMMON_SPECIAL.nfs_server, 'syslogDaemon'],
    database: [...COMMON_SPECIAL.database, 'syslogDaemon'],
    etcd: [...COMMON_SPECIAL.etcd, 'syslogDaemon'],
    loggregator: ['lockedMemory'],
    syslog_aggregator: ['syslogReceiver'],
  },
  ports: [
    movable('loggregator', 'tcp', 8082, 8130, 'doppler.outgoing_port', 'loggregator.doppler_port'),
    movable('loggregator', 'tcp', 5768, 5770, 'doppler.status.port'),
    movable('loggregator', 'tcp', 8080, 8120, 'traffic_controller.outgoing_port'),
    movable('loggregator', 'tcp', 8081, 8140, 'loggregator.outgoing_dropsonde_port'),
    movable('loggregator', 'tcp', 6789, 6790, 'traffic_controller.status.port'),
    movable('gorouter', 'tcp', 80, 8180, 'router.port'),
    ...COMMON_PORTS,
    ...fixed('etcd', 5678),
    ...fixed('gorouter', 17_001),
    ...fixed('hm9000', 5155),
  ],
  secrets: [
    ...COMMON_SECRETS,
    'cc_internal_api_password',
    'doppler_status_password',
    'uaa_client_cc_service_dashboards_secret',
    'uaa_client_doppler_secret',
  ],
  properties: {
    ...COMMON_PROPERTIES,
    ...PROPERTIES_SINCE_V170,
    request_timeout_in_seconds: 900,
    'dea_next.advertise_interval_in_seconds': 5,
    'dea_next.heartbeat_interval_in_seconds': 10,
    'hm9000.url': url('hm9000'),
    'databases.max_connections': 500,
    'nfs_server.allow_from_entries': nfsClients,

    'dropsonde.enabled': true,
    'metron_agent.zone': 'default',
    // The same value as loggregator_endpoint's: messages signed otherwise are dropped.
    'metron_endpoint.shared_secret': secret('loggregator_shared_secret'),
    'doppler_endpoint.shared_secret': secret('loggregator_shared_secret'),
    ...below('doppler', {
      zone: 'default',
      maxRetainedLogMessages: 100,
      outgoing_port: port('doppler.outgoing_port'),
      'status.user': 'doppler',
      'status.password': secret('doppler_status_password'),
      'status.port': port('doppler.status.port'),
    }),
    'loggregator.doppler_port': port('loggregator.doppler_port'),
    'loggregator.outgoing_dropsonde_port': port('loggregator.outgoing_dropsonde_port'),
    'syslog_daemon_config.address': firstOf('syslog_aggregator'),
    'syslog_daemon_config.port': 54_321,
    'syslog_daemon_config.transport': 'tcp',

    ...below('cc', {
      ...CLOUD_CONTROLLER,
      ...SECURITY_GROUPS,
      install_buildpacks: buildpacks('java', 'ruby', 'nodejs', 'go', 'python', 'php'),
      internal_api_user: 'internal_user',
      internal_api_password: secret('cc_internal_api_password'),
    }),
    'uaa.clients.login.authorities': 'oauth.login,notifications.write,critical_notifications.write,emails.write',
    ...below('uaa.clients.cc-service-dashboards', {
      override: true,
      scope: 'openid,cloud_controller_service_permissions.read',
      authorities: 'clients.read,clients.write,clients.admin',
      secret: secret('uaa_client_cc_service_dashboards_secret'),
      'authorized-grant-types': 'client_credentials',
    }),
    ...below('uaa.clients.doppler', {
      override: true,
      authorities: 'uaa.resource',
      secret: secret('uaa_client_doppler_secret'),
    }),
    'uaa.scim.users': administrator(...ADMINISTRATOR_GROUPS, 'doppler.firehose'),
  },
  reads: {},
};
