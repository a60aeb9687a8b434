import { COMPONENT_TRAITS, type ComponentName, COMPONENTS } from '../components.ts';
import type { Configuration } from '../configuration.ts';
import type { Problem } from '../errors.ts';
import type { Instance } from '../instance.ts';
import type { Secret } from '../secret.ts';
import { phrase } from '../text/text.ts';
import type { ClusterFacts, PropertyTable, PropertyValue } from '../versions/property-table.ts';
import { jobsOf, type ReleaseVersion } from '../versions/version.ts';
import type { Ports } from './allocate-ports.ts';
import { neededBy } from './needing.ts';
import { remembered } from './remembered.ts';

export interface ManifestRequest {
  readonly configuration: Configuration;
  /** Those of the whole cluster, without those that leave it. */
  readonly instances: readonly Instance[];
  /** The one that the manifest is for. */
  readonly instance: Instance;
  readonly version: ReleaseVersion;
  /** All that the version names. */
  readonly secrets: ReadonlyMap<string, Secret>;
  readonly ports: Ports;
  /** What was measured of a dea's node; default: the specified minimum memory, no container, a kernel of its time. */
  readonly node?: {
    readonly memoryMiB?: number;
    readonly isContainer?: boolean;
    readonly tunesNetwork?: boolean;
    readonly forwardsLogs?: boolean;
  };
}

/** A BOSH v1 manifest for one instance, secrets in the clear: it travels over SSH alone. */
export interface Manifest {
  readonly name: string;
  readonly releases: readonly { readonly name: string; readonly version: string }[];
  readonly networks: readonly { readonly name: string; readonly type: string }[];
  readonly jobs: readonly ManifestJob[];
  readonly properties: { readonly [key: string]: PropertyValue };
}

interface ManifestJob {
  /** The component; templates see it as `name`. */
  readonly name: string;
  readonly release: string;
  readonly template: readonly string[];
  readonly instances: 1;
  readonly networks: readonly { readonly name: string; readonly static_ips: readonly [string] }[];
  readonly properties: Readonly<Record<string, never>>;
}

/** Must equal the properties `networks.apps` and `networks.management`. */
const NETWORK = 'default';

/** Makes the manifest of one instance, with its own address alone; its index travels beside it. */
export function manifestFor(request: ManifestRequest): Manifest {
  const { instance, instances, version } = request;
  return {
    name: version.release.name,
    releases: [version.release],
    networks: [{ name: NETWORK, type: 'manual' }],
    jobs: [
      {
        name: instance.component,
        release: version.release.name,
        template: jobsOf(version, instance, instances),
        instances: 1,
        networks: [{ name: NETWORK, static_ips: [instance.address] }],
        properties: {},
      },
    ],
    properties: evaluate(version.properties, factsOf(request)),
  };
}

/**
 * One warning per component that is absent although others need it: their manifests name a host that does not exist.
 * External addresses count as present.
 */
export function placeholderWarnings(configuration: Configuration): Problem[] {
  const isPresent = (component: ComponentName): boolean => configuration.components[component].length > 0;
  return COMPONENTS.filter((absent) => !isPresent(absent) && externalOf(configuration, absent).length === 0)
    .map((absent) => ({ absent, needing: COMPONENTS.filter((name) => isPresent(name) && needs(name, absent)) }))
    .filter(({ needing }) => needing.length > 0)
    .map(({ absent, needing }) => ({
      pointer: `/components/${absent}`,
      message: phrase('has no address, but {needing}: {placeholder} stands in its place', {
        needing: neededBy(needing),
        placeholder: placeholderFor(absent),
      }),
    }));
}

const needs = (component: ComponentName, other: ComponentName): boolean =>
  COMPONENT_TRAITS[component].needs.some((need) => need.component === other);

// RFC 6761 keeps `.invalid` from ever being resolved, so nothing connects to a stranger.
const placeholderFor = (component: ComponentName): string => `${component.replaceAll('_', '-')}.invalid`;

const externalOf = ({ external }: Configuration, component: ComponentName): readonly string[] =>
  component === 'nats' ? external.nats : [];

/** The secret of a component that another cluster holds. */
const externalSecret = ({ external }: Configuration, name: string): Secret | undefined =>
  name === 'nats_password' ? external.natsPassword : undefined;

function factsOf({ configuration, instances, instance, secrets, ports, node = {} }: ManifestRequest): ClusterFacts {
  const addresses = (component: ComponentName): readonly string[] => addressesIn(instances).get(component) ?? NONE;

  return {
    domain: configuration.properties.domain,
    component: instance.component,
    index: instance.index,
    memoryMiB: (instance.component === 'dea' ? node.memoryMiB : undefined) ?? COMPONENT_TRAITS.dea.minimum.ramMiB,
    diskGiB: configuration.properties.diskSize,
    isContainer: node.isContainer ?? false,
    tunesNetwork: node.tunesNetwork ?? true,
    forwardsLogs: node.forwardsLogs ?? true,
    addresses,
    reachable: (component) => {
      const external = externalOf(configuration, component);
      const all = external.length > 0 ? [...addresses(component), ...external] : addresses(component);
      return isFilled(all) ? all : [placeholderFor(component)];
    },
    secret: (name) => known(externalSecret(configuration, name) ?? secrets.get(name), `secret ${name}`).reveal(),
    port: (property) => known(ports.get(property), `port ${property}`),
  };
}

/**
 * Addresses by component, in order of numbers, so that a new instance at the head of a posted list changes nobody's first
 * address. Thousands of manifests hold the same lists.
 */
const addressesIn = remembered(
  (instances: readonly Instance[]) =>
    new Map(
      [...Map.groupBy(instances, ({ component }) => component)].map(([component, own]) => [
        component,
        own.toSorted((a, b) => a.number - b.number).map(({ address }) => address),
      ]),
    ),
);

const NONE: readonly string[] = [];

const isFilled = (list: readonly string[]): list is readonly [string, ...string[]] => list.length > 0;

function known<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`The manifest asks for ${what}, which nobody has made`);
  return value;
}

/** Turns dotted names into nested objects. */
function evaluate(table: PropertyTable, facts: ClusterFacts): Record<string, PropertyValue> {
  const properties: Nested = {};
  for (const [name, source] of Object.entries(table)) {
    const value = typeof source === 'function' ? source(facts) : source;
    if (value === undefined) continue;
    const path = name.split('.');
    const last = path.pop() ?? name;
    let level = properties;
    for (const key of path) level = (level[key] ??= {}) as Nested;
    level[last] = value;
  }
  return properties;
}

interface Nested {
  [key: string]: PropertyValue;
}
