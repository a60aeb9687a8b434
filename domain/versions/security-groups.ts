import type { PropertyTable } from './property-table.ts';

/** Everything but loopback, link-local and the private networks, where the cluster itself lives. */
const PUBLIC_NETWORKS = [
  '0.0.0.0-9.255.255.255',
  '11.0.0.0-169.253.255.255',
  '169.255.0.0-172.15.255.255',
  '172.32.0.0-192.167.255.255',
  '192.169.0.0-255.255.255.255',
];

const DEFINITIONS = [
  { name: 'public_networks', rules: PUBLIC_NETWORKS.map((destination) => ({ protocol: 'all', destination })) },
  { name: 'dns', rules: ['tcp', 'udp'].map((protocol) => ({ protocol, destination: '0.0.0.0/0', ports: '53' })) },
];
const NAMES = DEFINITIONS.map(({ name }) => name);

/** What applications may reach, running and staging: the world outside and names. */
export const SECURITY_GROUPS: PropertyTable = {
  security_group_definitions: DEFINITIONS,
  default_running_security_groups: NAMES,
  default_staging_security_groups: NAMES,
};
