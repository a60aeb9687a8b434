import { COMPONENTS } from '../../domain/components.ts';
import type { Configuration } from '../../domain/configuration.ts';
import { type Instance, instancesByPosition } from '../../domain/instance.ts';
import { Secret } from '../../domain/secret.ts';

/** The product document's own example. */
export const DOCUMENT = {
  components: {
    haproxy: ['10.10.101.181'],
    nats: ['10.10.101.182', '10.10.101.183'],
    nfs_server: ['10.10.101.184'],
    database: ['10.10.101.185'],
    cloud_controller_ng: ['10.10.101.186', '10.10.101.187'],
    etcd: ['10.10.101.188'],
    uaa: ['10.10.101.189', '10.10.101.190', '10.10.101.191'],
    login: ['10.10.101.192'],
    hm9000: ['10.10.101.193', '10.10.101.194'],
    loggregator: ['10.10.101.195'],
    collector: ['10.10.101.196'],
    syslog_aggregator: ['10.10.101.197'],
    gorouter: ['10.10.101.198'],
    dea: ['10.10.101.199'],
  },
  properties: {
    domain: 'cf.local',
    disksize: 15,
    checkdisk: 1,
    adduser: 1,
    user: 'vcap',
    password: 'password',
    root: '123456',
    home: '10.10.101.180',
  },
};

/** The 14 components on four machines. */
export const FOUR_NODES: Configuration['components'] = {
  ...(Object.fromEntries(COMPONENTS.map((name) => [name, []])) as unknown as Configuration['components']),
  haproxy: ['10.10.101.181'],
  nats: ['10.10.101.181', '10.10.101.182'],
  uaa: ['10.10.101.181'],
  hm9000: ['10.10.101.181'],
  gorouter: ['10.10.101.182'],
  login: ['10.10.101.182'],
  loggregator: ['10.10.101.182'],
  database: ['10.10.101.183'],
  nfs_server: ['10.10.101.183'],
  etcd: ['10.10.101.183'],
  syslog_aggregator: ['10.10.101.183'],
  cloud_controller_ng: ['10.10.101.184'],
  collector: ['10.10.101.184'],
  dea: ['10.10.101.184'],
};

/** The 14 components on two machines, as the strictest version (v160) allows. */
export const TWO_NODES: Partial<Configuration['components']> = {
  ...Object.fromEntries(COMPONENTS.map((name) => [name, ['10.10.101.182']])),
  nats: ['10.10.101.181', '10.10.101.182'],
  haproxy: ['10.10.101.181'],
  nfs_server: ['10.10.101.181'],
  database: ['10.10.101.181'],
  uaa: ['10.10.101.181'],
  hm9000: ['10.10.101.181'],
  loggregator: ['10.10.101.181'],
};

/** The product document's example of a status: 14 components on two machines. */
export const STATUS_EXAMPLE: Partial<Configuration['components']> = {
  ...Object.fromEntries(
    ['nfs_server', 'syslog_aggregator', 'loggregator', 'dea', 'database', 'collector', 'nats', 'haproxy'].map(
      (name) => [name, ['10.10.101.181']],
    ),
  ),
  ...Object.fromEntries(
    ['login', 'uaa', 'gorouter', 'cloud_controller_ng', 'hm9000', 'etcd'].map((name) => [name, ['10.10.101.185']]),
  ),
};

/** Three machines for each component, none shared. */
export const SCALED: Partial<Configuration['components']> = Object.fromEntries(
  COMPONENTS.map((name, place) => [name, [1, 2, 3].map((each) => `10.10.${101 + place}.${180 + each}`)]),
);

export const configurationWith = (
  components: Partial<Configuration['components']>,
  external: Configuration['external'] = { nats: [] },
): Configuration => ({
  components: Object.fromEntries(
    COMPONENTS.map((name) => [name, components[name] ?? []]),
  ) as unknown as Configuration['components'],
  properties: {
    domain: 'cf.local',
    home: '10.10.101.180',
    diskSize: 15,
    checkDisk: true,
    addUser: true,
    user: 'vcap',
    password: new Secret('user_password', 'canary-of-the-user'),
    rootPassword: new Secret('root_password', 'canary-of-root'),
  },
  external,
});

/** Numbered by their place in the list, as without a store. */
export const instancesIn = ({ components }: Pick<Configuration, 'components'>): Instance[] =>
  instancesByPosition(components);
