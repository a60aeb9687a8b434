import { type ComponentName, COMPONENTS } from '../components.ts';
import type { Configuration, MaskedSecret } from '../configuration.ts';
import { InputError, type Problem } from '../errors.ts';
import { MASK, Secret } from '../secret.ts';
import { unpacked } from '../text/packed.ts';
import { isObject, sentPath } from './canonical-keys.ts';
import { type ConfigurationContext, crossChecks, type Finding, valueAt } from './configuration-checks.ts';
import {
  ALIASES,
  canonicalConfiguration,
  configurationDocument,
  type ConfigurationDocument,
  TEXTS,
} from './configuration-document.ts';
import { warningsOf } from './configuration-warnings.ts';
import { controlCharacters } from './control-characters.ts';
import { jsonPointer } from './json-pointer.ts';

export interface ParsedConfiguration {
  readonly configuration: Configuration;
  /** What was sent, under the documented keys, secrets masked. */
  readonly document: unknown;
  /** Secrets that were sent as masks, so that the sender need not know them. */
  readonly masked: readonly MaskedSecret[];
  /** Accepted, but not recommended. */
  readonly warnings: readonly Problem[];
}

/**
 * Parses the body of `POST /config`: keys in any case, numbers as texts and the reverse. Addresses become canonical, the
 * returned document keeps them as they were sent.
 * Throws InvalidConfiguration with all problems; their pointers use the keys that were sent.
 */
export function parseConfiguration(sent: unknown, context: ConfigurationContext = {}): ParsedConfiguration {
  const { value: document, problems: inKeys } = canonicalConfiguration(sent);
  const parsed = configurationDocument.safeParse(document);
  const findings: Finding[] = [
    ...(parsed.error?.issues ?? []).map(({ path, message }) => ({
      path,
      message: valueAt(document, path) === undefined ? 'is missing' : unpacked(message),
    })),
    ...crossChecks(document, context),
  ];
  const pointerOf = (path: readonly PropertyKey[]): string => jsonPointer(sentPath(sent, path, ALIASES));
  const problems = [
    ...inKeys,
    ...controlCharacters(sent),
    ...findings.map(({ path, message }) => ({ pointer: pointerOf(path), message })),
    ...TEXTS.map(pointerOf)
      .filter((pointer) => context.respelled?.has(pointer))
      .map((pointer) => ({ pointer, message: 'put it in quotes: as a number it is not the text that was typed' })),
  ];
  if (!parsed.success || problems.length > 0) throw new InputError('InvalidConfiguration', problems);

  return {
    configuration: configurationOf(parsed.data, context.previous),
    document: masked(document),
    masked: masksIn(parsed.data),
    warnings: warningsOf(parsed.data, context).map(({ path, message }) => ({ pointer: pointerOf(path), message })),
  };
}

function configurationOf(
  { components, properties, external }: ConfigurationDocument,
  previous: Configuration | undefined,
): Configuration {
  const kept = previous?.properties;
  return {
    components: Object.fromEntries(COMPONENTS.map((name) => [name, components[name] ?? []])) as Record<
      ComponentName,
      string[]
    >,
    properties: {
      domain: properties.domain,
      home: properties.home,
      diskSize: properties.disksize,
      checkDisk: properties.checkdisk,
      addUser: properties.adduser,
      user: properties.user,
      password: secretOf('user_password', properties.password, kept?.password),
      rootPassword: secretOf('root_password', properties.root, kept?.rootPassword),
    },
    external: {
      nats: external.nats,
      ...(external.nats_password === undefined
        ? {}
        : {
            natsPassword: secretOf('external_nats_password', external.nats_password, previous?.external.natsPassword),
          }),
    },
  };
}

const secretOf = (name: string, value: string, kept: Secret | undefined): Secret =>
  value === MASK && kept !== undefined ? kept : new Secret(name, value);

const masksIn = ({ properties: { password, root } }: ConfigurationDocument): MaskedSecret[] => [
  ...(password === MASK ? (['password'] as const) : []),
  ...(root === MASK ? (['rootPassword'] as const) : []),
];

const masked = (document: unknown): unknown => {
  if (!isObject(document) || !isObject(document['properties'])) return document;
  const { properties, external } = document;
  return {
    ...document,
    properties: { ...properties, password: MASK, root: MASK },
    ...(isObject(external) && 'nats_password' in external ? { external: { ...external, nats_password: MASK } } : {}),
  };
};
