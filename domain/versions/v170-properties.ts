import { coveringNetwork } from '../covering-network.ts';
import { below, domain, port, secret } from './property-table.ts';
import type { ClusterFacts, PropertyTable } from './property-table.ts';
import { V170_SERVICES } from './v170-services.ts';

/** The name of the one network; templates find their own address under it. */
const NETWORK = 'default';

const nats = (cluster: ClusterFacts) => cluster.reachable('nats');

const general: PropertyTable = {
  domain,
  system_domain: domain,
  system_domain_organization: 'system',
  app_domains: (cluster) => [cluster.domain],
  'networks.apps': NETWORK,
  'networks.management': NETWORK,
  // haproxy's certificate is signed by nobody.
  'ssl.skip_cert_verify': true,
  disk_quota_enabled: (cluster) => !cluster.isContainer,
  request_timeout_in_seconds: 300,
};

const bus: PropertyTable = {
  'nats.user': 'nats',
  'nats.password': secret('nats_password'),
  'nats.address': (cluster) => cluster.reachable('nats')[0],
  'nats.port': 4222,
  'nats.machines': nats,
  'etcd.machines': (cluster) => cluster.reachable('etcd'),
  'etcd_metrics_server.nats.machines': nats,
  'etcd_metrics_server.nats.username': 'nats',
  'etcd_metrics_server.nats.password': secret('nats_password'),
};

const applications: PropertyTable = below('dea_next', {
  memory_mb: (cluster) => cluster.memoryMiB,
  memory_overcommit_factor: 3,
  disk_mb: (cluster) => Math.floor(cluster.diskGiB * 1024),
  disk_overcommit_factor: 2,
  staging_disk_inode_limit: 200_000,
  instance_disk_inode_limit: 200_000,
  deny_networks: [],
  allow_networks: [],
  kernel_network_tuning_enabled: (cluster) => !cluster.isContainer,
  directory_server_protocol: 'https',
  evacuation_bail_out_time_in_seconds: 600,
});

const logs: PropertyTable = {
  'loggregator_endpoint.shared_secret': secret('loggregator_shared_secret'),
  // Without a host most jobs drop their log section; the agent on a dea cannot do without one.
  'loggregator_endpoint.host': (cluster) =>
    (cluster.component === 'dea' ? cluster.reachable('loggregator') : cluster.addresses('loggregator'))[0],
  'loggregator_endpoint.port': port('loggregator_endpoint.port'),
  'logger_endpoint.use_ssl': true,
  'logger_endpoint.port': 443,
  'loggregator.servers': (cluster) => ({ default: cluster.addresses('loggregator') }),
  'loggregator.maxRetainedLogMessages': 100,
  'loggregator.status.user': 'loggregator',
  'loggregator.status.password': secret('loggregator_status_password'),
  'loggregator.status.port': port('loggregator.status.port'),
  'loggregator.incoming_port': port('loggregator.incoming_port'),
  'loggregator.outgoing_port': port('loggregator.outgoing_port'),
  'traffic_controller.zone': 'default',
  'traffic_controller.status.user': 'traffic_controller',
  'traffic_controller.status.password': secret('traffic_controller_status_password'),
  'traffic_controller.status.port': port('traffic_controller.status.port'),
  'traffic_controller.incoming_port': port('traffic_controller.incoming_port'),
  'traffic_controller.outgoing_port': port('traffic_controller.outgoing_port'),
  'syslog_aggregator.address': (cluster) => cluster.addresses('syslog_aggregator')[0],
  'syslog_aggregator.port': 54_321,
  'syslog_aggregator.transport': 'tcp',
};

const front: PropertyTable = {
  'router.port': port('router.port'),
  'router.status.port': port('router.status.port'),
  'router.status.user': 'gorouter',
  'router.status.password': secret('router_status_password'),
  // Both zones must be there, even when the second is empty.
  'router.servers.z1': (cluster) => cluster.addresses('gorouter'),
  'router.servers.z2': [],
  'ha_proxy.ssl_pem': secret('haproxy_ssl_pem'),
};

const storage: PropertyTable = {
  'nfs_server.address': (cluster) => cluster.addresses('nfs_server')[0],
  'nfs_server.share': '/var/vcap/store',
  'nfs_server.network': (cluster) =>
    coveringNetwork([...cluster.addresses('nfs_server'), ...cluster.addresses('cloud_controller_ng')]),
  'collector.deployment_name': domain,
};

/** Every property of v170's jobs that has no fitting default, and where its value comes from. */
export const V170_PROPERTIES: PropertyTable = {
  ...general,
  ...bus,
  ...applications,
  ...logs,
  ...V170_SERVICES,
  ...front,
  ...storage,
};

/** The secrets these properties name. */
export const V170_SECRETS = [
  'cc_bulk_api_password',
  'cc_db_encryption_key',
  'cc_staging_upload_password',
  'ccdb_password',
  'cf_admin_password',
  'haproxy_ssl_pem',
  'loggregator_shared_secret',
  'loggregator_status_password',
  'nats_password',
  'router_status_password',
  'traffic_controller_status_password',
  'uaa_admin_client_secret',
  'uaa_batch_password',
  'uaa_cc_client_secret',
  'uaa_client_cc_service_broker_secret',
  'uaa_client_login_secret',
  'uaa_jwt_keys',
  'uaadb_password',
] as const;
