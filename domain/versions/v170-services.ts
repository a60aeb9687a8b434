import { below, port, secret, url } from './property-table.ts';
import type { ClusterFacts, PropertyTable, PropertyValue } from './property-table.ts';

const DATABASE_PORT = 5524;
const ADMIN_GROUPS = 'scim.write,scim.read,openid,cloud_controller.admin';

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

/** The cloud controller with its databases, uaa and login. */
export const V170_SERVICES: PropertyTable = {
  // The cloud controller reads `ccng`; the traffic controller and hm9000 look for its address under `cc`.
  ...below('cc', cloudController),
  ...below('ccng', cloudController),
  ...databases,
  ...accounts,
};
