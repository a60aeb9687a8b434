import { addressesOf, type Configuration, hasAddress } from '../../domain/configuration.ts';
import type { Credentials, Login } from '../../ssh/connect/login.ts';
import type { Configurations, Revision } from '../../store/configurations/contract.ts';
import type { Nodes } from '../../store/nodes/contract.ts';

/** How many revisions back a node may still have accounts of, and how many different ones are tried. */
const REVISIONS = 20;
const MOST_OTHERS = 3;

export interface Logins {
  /** The accounts to log in with: the configuration's own, then those that other revisions named for this address. */
  of(configuration: Configuration, address: string): Promise<Login>;
}

interface Named {
  readonly credentials: Credentials;
  readonly addresses: ReadonlySet<string>;
}

export function createLogins(
  configurations: Pick<Configurations, 'newestNumber' | 'recent'>,
  nodes: Pick<Nodes, 'facts'>,
): Logins {
  /** Read once by all who come at the same time: a survey logs in to many nodes at once. */
  let known: { readonly newest: number; readonly named: Promise<readonly Named[]> } | undefined;

  const named = async (): Promise<readonly Named[]> => {
    const newest = await configurations.newestNumber();
    if (known?.newest === newest) return known.named;
    const reading = { newest, named: configurations.recent(REVISIONS).then((revisions) => revisions.map(namedBy)) };
    known = reading;
    reading.named.catch(() => {
      if (known === reading) known = undefined;
    });
    return reading.named;
  };

  return {
    async of(configuration, address) {
      const own = credentialsOf(configuration);
      const others = (await named())
        .filter(({ addresses }) => addresses.has(address))
        .map(({ credentials }) => credentials);
      // A node that left the configuration has the accounts of the revisions that named it.
      const isDropped = others.length > 0 && !hasAddress(configuration, address);
      const inOrder = isDropped ? [...others, own] : [own, ...others];
      const [first = own, ...rest] = [
        ...new Map(inOrder.map((credentials) => [keyOf(credentials), credentials])).values(),
      ];
      const { addUser } = configuration.properties;
      const isUserAhead = addUser && !isDropped && (await nodes.facts(address)) === undefined;
      return {
        ...first,
        others: rest.slice(0, MOST_OTHERS),
        isWatchedByKey: addUser,
        ...(isUserAhead ? { isRootFirst: true } : {}),
      };
    },
  };
}

const namedBy = ({ configuration }: Revision): Named => ({
  credentials: credentialsOf(configuration),
  addresses: new Set(addressesOf(configuration)),
});

const credentialsOf = ({ properties }: Configuration): Credentials => ({
  user: properties.user,
  password: properties.password,
  rootPassword: properties.rootPassword,
});

const keyOf = ({ user, password, rootPassword }: Credentials): string =>
  JSON.stringify([user, password?.reveal(), rootPassword?.reveal()]);
