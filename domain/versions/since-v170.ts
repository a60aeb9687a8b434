import { below, port, type PropertyTable, secret } from './property-table.ts';

/** What v170 and v194 name alike and v160 did not know. */
export const PROPERTIES_SINCE_V170: PropertyTable = {
  'etcd.machines': (cluster) => cluster.reachable('etcd'),
  ...below('etcd_metrics_server.nats', {
    machines: (cluster) => cluster.reachable('nats'),
    username: 'nats',
    password: secret('nats_password'),
  }),
  'router.port': port('router.port'),
  'traffic_controller.outgoing_port': port('traffic_controller.outgoing_port'),
};
