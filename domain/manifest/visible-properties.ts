import type { Release } from '../release/release.ts';
import type { PropertyValue } from '../versions/property-table.ts';
import type { ReleaseVersion } from '../versions/version.ts';

type Properties = { readonly [key: string]: PropertyValue };

/**
 * The properties that the jobs' templates can read, by their dotted names. A property that no job of an instance sees
 * may change without touching the instance: a new router is haproxy's business alone.
 */
export function visibleProperties(
  properties: Properties,
  jobNames: readonly string[],
  { jobs }: Pick<Release, 'jobs'>,
  { reads }: Pick<ReleaseVersion, 'reads'>,
): Properties {
  const declared = jobNames.map((name) => jobs[name]?.properties ?? reads[name]);
  if (declared.includes(undefined)) return properties;
  const names = new Set(declared.flatMap((known) => (isNames(known) ? known : Object.keys(known ?? {}))));
  const found = [...names].map((name) => [name, valueOf(properties, name)] as const);
  return Object.fromEntries(found.filter((member): member is [string, PropertyValue] => member[1] !== undefined));
}

const isNames = (known: unknown): known is readonly string[] => Array.isArray(known);

const valueOf = (properties: Properties, name: string): PropertyValue | undefined =>
  name
    .split('.')
    .reduce<PropertyValue | undefined>(
      (value, key) => (typeof value === 'object' ? (value as Properties)[key] : undefined),
      properties,
    );
