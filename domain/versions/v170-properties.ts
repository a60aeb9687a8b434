import { coveringNetwork } from '../covering-network.ts';
import { below } from './property-table.ts';
import type { ClusterFacts, PropertyTable, PropertyValue } from './property-table.ts';

/** The name of the one network; templates find their own address under it. */
const NETWORK = 'default';
const DATABASE_PORT = 5524;
const ADMIN_GROUPS = 'scim.write,scim.read,openid,cloud_controller.admin';

const url = (host: string) => (cluster: ClusterFacts) => `https://${host}.${cluster.domain}`;
const secret = (name: string) => (cluster: ClusterFacts) => cluster.secret(name);
const port = (property: string) => (cluster: ClusterFacts) => cluster.port(property);
const domain = (cluster: ClusterFacts) => cluster.domain;
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

const blobs = (kind: string) => (cluster: ClusterFacts) => `${cluster.domain}-cc-${kind}`;
const buildpack = (language: string) => ({ name: `${language}_buildpack`, package: `buildpack_${language}` });

const cloudController: PropertyTable = {
  srv_api_uri: url('api'),
  bulk_api_password: secret('cc_bulk_api_password'),
  staging_upload_user: 'staging_upload_user',
  staging_upload_password: secret('cc_staging_upload_password'),
  db_encryption_key: secret('cc_db_encryption_key'),
  default_quota_definition: 'default',
  quota_definitions: {
    default: { memory_limit: 10_240, total_services: 100, non_basic_services_allowed: true, total_routes: 1000 },
  },
  'resource_pool.resource_directory_key': blobs('resources'),
  'packages.app_package_directory_key': blobs('packages'),
  'droplets.droplet_directory_key': blobs('droplets'),
  'buildpacks.buildpack_directory_key': blobs('buildpacks'),
  hm9000_noop: false,
  install_buildpacks: ['java', 'ruby', 'nodejs', 'go'].map(buildpack),
};

interface Database {
  readonly tag: string;
  readonly name: string;
  readonly role: string;
  readonly password: string;
}

const CLOUD_CONTROLLER: Database = { tag: 'cc', name: 'ccdb', role: 'ccadmin', password: 'ccdb_password' };
const UAA: Database = { tag: 'uaa', name: 'uaadb', role: 'uaaadmin', password: 'uaadb_password' };

/** `scheme` is `postgresql` for uaa, where it becomes a JDBC scheme and a Spring profile, else `postgres`. */
const database = (scheme: string, ...databases: readonly Database[]): PropertyTable => ({
  db_scheme: scheme,
  address: (cluster) => cluster.reachable('database')[0],
  port: DATABASE_PORT,
  roles: (cluster): PropertyValue =>
    databases.map(({ role, password }) => ({ tag: 'admin', name: role, password: cluster.secret(password) })),
  databases: databases.map(({ tag, name }) => ({ tag, name, citext: true })),
});

const databases: PropertyTable = {
  ...below('ccdb_ng', database('postgres', CLOUD_CONTROLLER)),
  ...below('ccdb', database('postgres', CLOUD_CONTROLLER)),
  ...below('uaadb', database('postgresql', UAA)),
  ...below('databases', database('postgres', CLOUD_CONTROLLER, UAA)),
  db: 'databases',
};

/** One of the two PEM blocks: the pair is one secret, so that its halves always belong together. */
const jwtKey = (kind: 'PRIVATE' | 'PUBLIC') => (cluster: ClusterFacts) =>
  new RegExp(`-----BEGIN [A-Z ]*${kind} KEY-----[^-]+-----END [A-Z ]*${kind} KEY-----\n`).exec(
    cluster.secret('uaa_jwt_keys'),
  )?.[0];

const accounts: PropertyTable = {
  'uaa.url': url('uaa'),
  'uaa.port': port('uaa.port'),
  'uaa.no_ssl': false,
  'uaa.catalina_opts': '-Xmx384m -XX:MaxPermSize=128m',
  'uaa.require_https': false,
  'uaa.jwt.signing_key': jwtKey('PRIVATE'),
  'uaa.jwt.verification_key': jwtKey('PUBLIC'),
  'uaa.cc.client_secret': secret('uaa_cc_client_secret'),
  'uaa.admin.client_secret': secret('uaa_admin_client_secret'),
  'uaa.batch.username': 'batch',
  'uaa.batch.password': secret('uaa_batch_password'),
  // uaa and login may each prefer either of the two, so they are one secret.
  'uaa.login.client_secret': secret('uaa_client_login_secret'),
  ...below('uaa.clients.login', {
    override: true,
    scope: 'openid,oauth.approvals',
    authorities: 'oauth.login',
    secret: secret('uaa_client_login_secret'),
    'authorized-grant-types': 'authorization_code,client_credentials,refresh_token',
    'redirect-uri': url('login'),
  }),
  ...below('uaa.clients.cc_service_broker_client', {
    override: true,
    scope: 'openid,cloud_controller.read,cloud_controller.write',
    authorities: 'clients.read,clients.write,clients.admin',
    secret: secret('uaa_client_cc_service_broker_secret'),
    'authorized-grant-types': 'client_credentials',
  }),
  'uaa.scim.userids_enabled': false,
  'uaa.scim.users': (cluster) => [`admin|${cluster.secret('cf_admin_password')}|${ADMIN_GROUPS}`],
  'login.enabled': true,
  'login.protocol': 'https',
  'login.url': url('login'),
  'login.port': port('login.port'),
  'login.brand': 'oss',
  'login.catalina_opts': '-Xmx384m -XX:MaxPermSize=128m',
  'login.links.home': url('console'),
  'login.links.passwd': (cluster) => `https://console.${cluster.domain}/password_resets/new`,
  'login.links.signup': (cluster) => `https://console.${cluster.domain}/register`,
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
  // The cloud controller reads `ccng`; the traffic controller and hm9000 look for its address under `cc`.
  ...below('cc', cloudController),
  ...below('ccng', cloudController),
  ...databases,
  ...accounts,
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
