import type { ComponentName } from '../components.ts';

export type PropertyValue =
  string | number | boolean | readonly PropertyValue[] | { readonly [key: string]: PropertyValue };

/** What a property may be made of. */
export interface ClusterFacts {
  readonly domain: string;
  /** The component whose manifest is made. */
  readonly component: ComponentName;
  /** The instance's `spec.index`. */
  readonly index: number;
  /** MiB of memory and GiB of disk that a dea may give to applications. */
  readonly memoryMiB: number;
  readonly diskGiB: number;
  /** Nodes in containers may keep no disk quotas. */
  readonly isContainer: boolean;
  /** Whether the node's kernel has, and lets change, the network settings that a dea's scripts write. */
  readonly tunesNetwork: boolean;
  /** False where the node's rsyslog cannot read the forwarders' rules. */
  readonly forwardsLogs: boolean;
  /** Addresses of a component in the order of its instances; empty when the cluster does not hold it. */
  addresses(component: ComponentName): readonly string[];
  /** As `addresses`, but an absent component gives its external addresses or else its placeholder. */
  reachable(component: ComponentName): readonly [string, ...string[]];
  /** The value of a generated secret. */
  secret(name: string): string;
  /** The allocated number of a port property. */
  port(property: string): number;
}

/** A constant, or how to make the value; undefined leaves the property out. */
export type PropertySource = PropertyValue | ((cluster: ClusterFacts) => PropertyValue | undefined);

/** Dotted property names with their sources; undefined takes a name out of a table that is spread before. */
export type PropertyTable = Readonly<Record<string, PropertySource | undefined>>;

/** The same table one level deeper. */
export const below = (prefix: string, table: PropertyTable): PropertyTable =>
  Object.fromEntries(Object.entries(table).map(([name, source]) => [`${prefix}.${name}`, source]));

/** Sources that many properties share. */
export const domain = (cluster: ClusterFacts) => cluster.domain;
export const url = (host: string) => (cluster: ClusterFacts) => `https://${host}.${cluster.domain}`;
export const secret = (name: string) => (cluster: ClusterFacts) => cluster.secret(name);
export const port = (property: string) => (cluster: ClusterFacts) => cluster.port(property);
/** The lowest-numbered instance, wherever it may be. */
export const firstOf = (component: ComponentName) => (cluster: ClusterFacts) => cluster.addresses(component)[0];
