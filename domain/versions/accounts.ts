import { below, type ClusterFacts, port, type PropertyTable, secret, url } from './property-table.ts';

/** One of the two PEM blocks: the pair is one secret, so that its halves always belong together. */
const jwtKey = (kind: 'PRIVATE' | 'PUBLIC') => (cluster: ClusterFacts) =>
  new RegExp(`-----BEGIN [A-Z ]*${kind} KEY-----[^-]+-----END [A-Z ]*${kind} KEY-----\n`).exec(
    cluster.secret('uaa_jwt_keys'),
  )?.[0];

/** `uaa.scim.users`: the one account that a new cluster has, a member of these groups. */
export const administrator =
  (...groups: readonly string[]) =>
  (cluster: ClusterFacts): string[] => [`admin|${cluster.secret('cf_admin_password')}|${groups.join(',')}`];

export const ADMINISTRATOR_GROUPS = ['scim.write', 'scim.read', 'openid', 'cloud_controller.admin'] as const;

const JAVA_OPTIONS = '-Xmx384m -XX:MaxPermSize=128m';

const uaa: PropertyTable = below('uaa', {
  url: url('uaa'),
  port: port('uaa.port'),
  no_ssl: false,
  catalina_opts: JAVA_OPTIONS,
  require_https: false,
  'jwt.signing_key': jwtKey('PRIVATE'),
  'jwt.verification_key': jwtKey('PUBLIC'),
  'cc.client_secret': secret('uaa_cc_client_secret'),
  'admin.client_secret': secret('uaa_admin_client_secret'),
  'batch.username': 'batch',
  'batch.password': secret('uaa_batch_password'),
  // uaa and login may each prefer either of the two, so they are one secret.
  'login.client_secret': secret('uaa_client_login_secret'),
  ...below('clients.login', {
    override: true,
    scope: 'openid,oauth.approvals',
    authorities: 'oauth.login',
    secret: secret('uaa_client_login_secret'),
    'authorized-grant-types': 'authorization_code,client_credentials,refresh_token',
    'redirect-uri': url('login'),
  }),
  'scim.userids_enabled': false,
  'scim.users': administrator(...ADMINISTRATOR_GROUPS),
});

const login: PropertyTable = below('login', {
  enabled: true,
  protocol: 'https',
  url: url('login'),
  port: port('login.port'),
  brand: 'oss',
  catalina_opts: JAVA_OPTIONS,
  'links.home': url('console'),
  'links.passwd': (cluster) => `https://console.${cluster.domain}/password_resets/new`,
  'links.signup': (cluster) => `https://console.${cluster.domain}/register`,
});

/** uaa and login. */
export const ACCOUNTS: PropertyTable = { ...uaa, ...login };
