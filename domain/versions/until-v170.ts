import type { ComponentName } from '../components.ts';
import { coveringNetwork } from '../manifest/covering-network.ts';
import { CLOUD_CONTROLLER } from './cloud-controller.ts';
import { CLOUD_CONTROLLER_DATABASE } from './databases.ts';
import { below, type ClusterFacts, firstOf, port, type PropertyTable, secret } from './property-table.ts';

/** The cloud controller reads `ccng`; the traffic controller and hm9000 look for its address under `cc`. */
export const cloudControllerSettings = (table: PropertyTable): PropertyTable => ({
  ...below('cc', table),
  ...below('ccng', table),
});

/** Where nodes send the logs of applications: to the traffic controller of the component that holds it. */
export const logEndpoint = (holder: ComponentName) => (cluster: ClusterFacts) =>
  // Without a host most jobs drop their log section; the agent on a dea cannot do without one.
  (cluster.component === 'dea' ? cluster.reachable(holder) : cluster.addresses(holder))[0];

const logs: PropertyTable = {
  'loggregator.servers': (cluster) => ({ default: cluster.addresses('loggregator') }),
  'loggregator.maxRetainedLogMessages': 100,
  'loggregator.status.user': 'loggregator',
  'loggregator.status.password': secret('loggregator_status_password'),
  'loggregator.status.port': port('loggregator.status.port'),
  // Without it the forwarders' rules have nothing that an old rsyslog cannot read.
  'syslog_aggregator.address': (cluster) => (cluster.forwardsLogs ? firstOf('syslog_aggregator')(cluster) : undefined),
  'syslog_aggregator.port': 54_321,
};

const cloudController: PropertyTable = {
  ...cloudControllerSettings({ ...CLOUD_CONTROLLER, hm9000_noop: false }),
  ...below('ccdb_ng', CLOUD_CONTROLLER_DATABASE),
  ...below('uaa.clients.cc_service_broker_client', {
    override: true,
    scope: 'openid,cloud_controller.read,cloud_controller.write',
    authorities: 'clients.read,clients.write,clients.admin',
    secret: secret('uaa_client_cc_service_broker_secret'),
    'authorized-grant-types': 'client_credentials',
  }),
};

/** What v160 and v170 name alike and later versions no longer. */
export const PROPERTIES_UNTIL_V170: PropertyTable = {
  ...logs,
  ...cloudController,
  // postgres reads the section that this names.
  db: 'databases',
  'nfs_server.network': (cluster) =>
    coveringNetwork([...cluster.addresses('nfs_server'), ...cluster.addresses('cloud_controller_ng')]),
};

export const SECRETS_UNTIL_V170 = ['loggregator_status_password', 'uaa_client_cc_service_broker_secret'] as const;
