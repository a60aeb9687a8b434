import { Secret } from '../secret.ts';
import type { PropertyValue } from '../versions/property-table.ts';

/** What special steps need from an instance's properties. */
export interface SpecialSettings {
  /** What the database must hold; undefined where the properties name none. */
  readonly database: DatabaseSettings | undefined;
  /** Address of the server whose files the cloud controller mounts. */
  readonly nfsServer: string | undefined;
  readonly diskQuota: boolean;
}

export interface DatabaseSettings {
  readonly port: number;
  readonly roles: readonly { readonly name: string; readonly password: Secret }[];
  readonly databases: readonly { readonly name: string; readonly citext: boolean }[];
}

type Properties = Readonly<Record<string, PropertyValue>>;

/** Reads the settings from a manifest's properties, whichever release version they are for. */
export const specialSettings = (properties: Properties): SpecialSettings => ({
  database: databaseOf(below(properties['databases'])),
  nfsServer: text(below(properties['nfs_server'])['address']),
  diskQuota: properties['disk_quota_enabled'] !== false,
});

function databaseOf({ port, roles, databases }: Properties): DatabaseSettings | undefined {
  if (typeof port !== 'number') return undefined;
  return {
    port,
    roles: list(roles).map((role) => {
      const name = text(role['name']) ?? '';
      // The name becomes a shell variable's.
      return { name, password: new Secret(`role_${name.replaceAll(/\W/g, '_')}`, text(role['password']) ?? '') };
    }),
    databases: list(databases).map(({ name, citext }) => ({ name: text(name) ?? '', citext: citext === true })),
  };
}

const isMap = (value: PropertyValue | undefined): value is Properties =>
  typeof value === 'object' && !Array.isArray(value);

const below = (value: PropertyValue | undefined): Properties => (isMap(value) ? value : {});

const list = (value: PropertyValue | undefined): Properties[] =>
  Array.isArray(value) ? (value as readonly PropertyValue[]).filter(isMap) : [];

const text = (value: PropertyValue | undefined): string | undefined => (typeof value === 'string' ? value : undefined);
