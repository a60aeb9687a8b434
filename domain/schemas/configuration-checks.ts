import { COMPONENTS, COMPONENT_TRAITS } from '../components.ts';
import type { Configuration } from '../configuration.ts';
import { MASK } from '../secret.ts';
import { phrase, type Text } from '../text/text.ts';
import { canonicalAddress, networkNamedBy } from './address.ts';
import { isObject } from './canonical-keys.ts';

/** What is wrong, with the place under canonical keys. */
export interface Finding {
  readonly path: readonly PropertyKey[];
  readonly message: Text;
}

export interface ConfigurationContext {
  /** The newest stored configuration: a masked secret keeps its value. */
  readonly previous?: Configuration | undefined;
  /** Addresses of the control machine, one of which `home` must be; without them `home` may be any. */
  readonly ownAddresses?: readonly string[] | undefined;
  /** Where nodes reach mirrors that run elsewhere: `home` may be one of these too. */
  readonly mirrorAddresses?: readonly string[] | undefined;
  /** Its networks, as in `10.0.0.1/24`. */
  readonly ownNetworks?: readonly string[] | undefined;
  /** Pointers of numbers that are not the text that was typed, as `readJson` gives them. */
  readonly respelled?: ReadonlySet<string> | undefined;
}

/** Checks across values. The document may have other faults, so that all are reported at once. */
export function crossChecks(document: unknown, context: ConfigurationContext): Finding[] {
  return [
    ...countsOfAddresses(document),
    ...repeatedAddresses(document),
    ...natsTwice(document),
    ...passwordOfNobody(document),
    ...networksAsAddresses(document, context),
    ...secretsAndHome(document, context),
  ];
}

function countsOfAddresses(document: unknown): Finding[] {
  const tooMany = COMPONENTS.filter(
    (component) => COMPONENT_TRAITS[component].single && listAt(document, 'components', component).length > 1,
  ).map((component) => ({ path: ['components', component], message: 'takes at most one address' }));
  const isEmpty = COMPONENTS.every((component) => listAt(document, 'components', component).length === 0);
  const hasComponents = isObject(valueAt(document, ['components']));
  return isEmpty && hasComponents
    ? [{ path: ['components'], message: 'at least one component needs an address' }]
    : tooMany;
}

/** Where addresses stand. */
const PLACES = [...COMPONENTS.map((component) => ['components', component] as const), ['external', 'nats'] as const];

function repeatedAddresses(document: unknown): Finding[] {
  return PLACES.flatMap(([section, key]) => {
    const addresses = listAt(document, section, key).map((item) =>
      typeof item === 'string' ? canonicalAddress(item) : item,
    );
    const seen = new Set<unknown>();
    return addresses.flatMap((address, index) => {
      const isRepeated = seen.has(address);
      seen.add(address);
      return isRepeated && typeof address === 'string'
        ? [{ path: [section, key, index], message: phrase('{address} is there twice', { address }) }]
        : [];
    });
  });
}

function networksAsAddresses(document: unknown, { ownNetworks = [] }: ConfigurationContext): Finding[] {
  return PLACES.flatMap(([section, key]) =>
    listAt(document, section, key).flatMap((item, index) => {
      const network = typeof item === 'string' ? networkNamedBy(canonicalAddress(item), ownNetworks) : undefined;
      return network === undefined
        ? []
        : [
            {
              path: [section, key, index],
              message: phrase('names the network {network}, not a machine in it', { network }),
            },
          ];
    }),
  );
}

function natsTwice(document: unknown): Finding[] {
  const isBoth = listAt(document, 'external', 'nats').length > 0 && listAt(document, 'components', 'nats').length > 0;
  return isBoth
    ? [{ path: ['external', 'nats'], message: 'the cluster has nats of its own: give only one of them' }]
    : [];
}

function passwordOfNobody(document: unknown): Finding[] {
  const path = ['external', 'nats_password'];
  return valueAt(document, path) !== undefined && listAt(document, 'external', 'nats').length === 0
    ? [{ path, message: 'goes with addresses in external nats' }]
    : [];
}

const SECRETS = [
  { path: ['properties', 'password'], stored: ({ properties }: Configuration) => properties.password },
  { path: ['properties', 'root'], stored: ({ properties }: Configuration) => properties.rootPassword },
  { path: ['external', 'nats_password'], stored: ({ external }: Configuration) => external.natsPassword },
];

function secretsAndHome(
  document: unknown,
  { previous, ownAddresses, mirrorAddresses = [] }: ConfigurationContext,
): Finding[] {
  const masked = SECRETS.filter(({ path }) => valueAt(document, path) === MASK);
  const home = valueAt(document, ['properties', 'home']);
  const allowed = ownAddresses === undefined ? undefined : [...mirrorAddresses, ...ownAddresses];
  const isForeign =
    allowed !== undefined &&
    typeof home === 'string' &&
    !allowed.map(canonicalAddress).includes(canonicalAddress(home));
  return [
    ...masked
      .filter(({ stored }) => previous === undefined || stored(previous) === undefined)
      .map(({ path }) => ({ path, message: 'is masked, but no earlier configuration holds its value' })),
    ...(isForeign
      ? [
          {
            path: ['properties', 'home'],
            message:
              mirrorAddresses.length > 0
                ? phrase('must be in DEPLOYMENT_ENGINE_MIRROR_ADDRESSES or an address of this machine: {addresses}', {
                    addresses: allowed,
                  })
                : phrase('must be an address of this machine: {addresses}', { addresses: allowed }),
          },
        ]
      : []),
  ];
}

function listAt(document: unknown, section: string, key: string): readonly unknown[] {
  const value = valueAt(document, [section, key]);
  return Array.isArray(value) ? value : [];
}

/** The value at a path, or undefined where the document does not reach that far. */
export const valueAt = (document: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (place, key) =>
      typeof place === 'object' && place !== null ? (place as Record<PropertyKey, unknown>)[key] : undefined,
    document,
  );
