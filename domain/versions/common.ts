import { ACCOUNTS } from './accounts.ts';
import { DATABASES } from './databases.ts';
import { below, domain, port, type PropertyTable, secret } from './property-table.ts';

/** The name of the one network; templates find their own address under it. */
const NETWORK = 'default';

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
  'collector.deployment_name': domain,
};

const bus: PropertyTable = below('nats', {
  user: 'nats',
  password: secret('nats_password'),
  address: (cluster) => cluster.reachable('nats')[0],
  port: 4222,
  machines: (cluster) => cluster.reachable('nats'),
});

const applications: PropertyTable = below('dea_next', {
  memory_mb: (cluster) => cluster.memoryMiB,
  memory_overcommit_factor: 3,
  disk_mb: (cluster) => Math.floor(cluster.diskGiB * 1024),
  disk_overcommit_factor: 2,
  staging_disk_inode_limit: 200_000,
  instance_disk_inode_limit: 200_000,
  deny_networks: [],
  allow_networks: [],
  kernel_network_tuning_enabled: (cluster) => cluster.tunesNetwork,
  directory_server_protocol: 'https',
  evacuation_bail_out_time_in_seconds: 600,
});

const logs: PropertyTable = {
  'loggregator_endpoint.shared_secret': secret('loggregator_shared_secret'),
  'logger_endpoint.use_ssl': true,
  'logger_endpoint.port': 443,
  'traffic_controller.zone': 'default',
  'traffic_controller.status.user': 'traffic_controller',
  'traffic_controller.status.password': secret('traffic_controller_status_password'),
  'traffic_controller.status.port': port('traffic_controller.status.port'),
};

const front: PropertyTable = {
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
};

/** The properties that all versions name alike and that have no fitting default, and where each value comes from. */
export const COMMON_PROPERTIES: PropertyTable = {
  ...general,
  ...bus,
  ...applications,
  ...logs,
  ...DATABASES,
  ...ACCOUNTS,
  ...front,
  ...storage,
};

/** The secrets that every version's properties name. */
export const COMMON_SECRETS = [
  'cc_bulk_api_password',
  'cc_db_encryption_key',
  'cc_staging_upload_password',
  'ccdb_password',
  'cf_admin_password',
  'haproxy_ssl_pem',
  'loggregator_shared_secret',
  'nats_password',
  'router_status_password',
  'traffic_controller_status_password',
  'uaa_admin_client_secret',
  'uaa_batch_password',
  'uaa_cc_client_secret',
  'uaa_client_login_secret',
  'uaa_jwt_keys',
  'uaadb_password',
] as const;

/** uaa and login make up a name and a password for their figures at each start. */
export const VARZ = 'config/varz.yml';
