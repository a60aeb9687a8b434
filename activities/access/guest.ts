import { addressesOf, type Configuration, hasAddress, type MaskedSecret } from '../../domain/configuration.ts';
import type { Inspection } from '../../domain/node/inspection.ts';
import { Secret } from '../../domain/secret.ts';
import type { NodeSession } from '../../ssh/node-session.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { createSightings } from '../checks/known.ts';
import type { Logins } from './login.ts';

type Means = Pick<
  ActivityDependencies,
  'connections' | 'contexts' | 'engine' | 'folders' | 'limits' | 'logins' | 'mirror' | 'release' | 'sightings'
> & {
  readonly store: Pick<
    Store,
    'adoptions' | 'configurations' | 'engine' | 'installed' | 'log' | 'nodes' | 'runs' | 'steps'
  >;
};

export type Visiting = Means & Pick<ActivityDependencies, 'visit'>;

/** A look at nodes on behalf of a caller: what it works with, and what each node may be shown. */
export interface Guest {
  readonly deps: Means;
  /** The configuration as a node may know it. */
  configurationFor(address: string): Configuration;
  /** The host key it has shown or is known by. */
  fingerprint(address: string): Promise<string | undefined>;
}

/** Logs in to a node with what it may be told. */
export const enterAs =
  ({ deps, configurationFor }: Guest) =>
  async (address: string): Promise<NodeSession> =>
    deps.connections.node(address, await deps.logins.of(configurationFor(address), address), 'watcher');

/**
 * For a configuration that was not posted, with connections of its own: pins no key, keeps nothing, and a secret that its sender
 * need not know goes to no address that the newest posted configuration lacks.
 */
export async function withGuest<Result>(
  deps: Visiting,
  { configuration, candidate }: Inspection,
  look: (guest: Guest) => Promise<Result>,
): Promise<Result> {
  if (candidate === undefined)
    return look({
      deps,
      configurationFor: () => configuration,
      fingerprint: (address) => deps.store.nodes.hostKey(address),
    });
  const newest = await deps.store.configurations.newest();
  const known = new Set(newest === undefined ? [] : addressesOf(newest.configuration));
  const withheld = withoutSecrets(configuration, candidate.masked);
  const visit = deps.visit();
  const { nodes } = deps.store;
  try {
    return await look({
      deps: {
        ...deps,
        connections: visit.connections,
        // Another machine may answer at the address.
        sightings: createSightings(),
        logins: guestLogins(deps.logins, { known, masked: candidate.masked }),
        store: { ...deps.store, nodes: { ...nodes, saveFacts: async () => {} } },
      },
      configurationFor: (address) => (known.has(address) ? configuration : withheld),
      fingerprint: async (address) => (await nodes.hostKey(address)) ?? visit.fingerprint(address),
    });
  } finally {
    await visit.connections.close();
  }
}

interface Knowledge {
  /** Addresses of the newest posted configuration. */
  readonly known: ReadonlySet<string>;
  readonly masked: readonly MaskedSecret[];
}

const guestLogins = (logins: Logins, { known, masked }: Knowledge): Logins => ({
  async of(configuration, address) {
    // One that the candidate lacks is left or given back: it has the accounts of the revisions that named it.
    if (known.has(address) || !hasAddress(configuration, address)) return logins.of(configuration, address);
    const { user, password, rootPassword } = configuration.properties;
    return {
      user,
      password: masked.includes('password') ? undefined : password,
      rootPassword: masked.includes('rootPassword') ? undefined : rootPassword,
    };
  },
});

// A survey sends passwords to nodes to compare them.
const withoutSecrets = (configuration: Configuration, masked: readonly MaskedSecret[]): Configuration =>
  masked.length === 0
    ? configuration
    : {
        ...configuration,
        properties: {
          ...configuration.properties,
          ...Object.fromEntries(masked.map((name) => [name, new Secret(name, '')])),
        },
      };
