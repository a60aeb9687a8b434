import type { ComponentName } from '../components.ts';
import type { PortSetting } from './version.ts';

/** TCP ports that no property moves. */
export const fixed = (component: ComponentName, ...ports: readonly number[]): PortSetting[] =>
  ports.map((port) => ({ component, protocol: 'tcp', port }));

/** A port whose properties, all carrying the same number, can move it to the first free one from `from` on. */
export const movable = (
  component: ComponentName,
  protocol: PortSetting['protocol'],
  port: number,
  from: number,
  ...properties: [string, ...string[]]
): PortSetting => ({ component, protocol, port, movable: { properties, from } });

/** What listens on the same port in all versions. */
export const COMMON_PORTS: readonly PortSetting[] = [
  ...fixed('haproxy', 80, 443, 4443),
  ...fixed('nats', 4222, 4223),
  ...fixed('nfs_server', 111, 2049),
  ...fixed('database', 5524),
  ...fixed('cloud_controller_ng', 9022),
  ...fixed('etcd', 4001, 7001),
  ...fixed('syslog_aggregator', 54_321),
  ...fixed('dea', 2345, 12_345, 23_456, 34_567),
  movable('gorouter', 'tcp', 8080, 8110, 'router.status.port'),
  movable('uaa', 'tcp', 8080, 8090, 'uaa.port'),
  movable('login', 'tcp', 8080, 8100, 'login.port'),
];
