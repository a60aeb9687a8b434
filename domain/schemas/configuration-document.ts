import { z } from 'zod';
import { COMPONENTS } from '../components.ts';
import type { Problem } from '../errors.ts';
import { packed } from '../text/packed.ts';
import { phrase } from '../text/text.ts';
import { address } from './address.ts';
import { canonicalKeys, isObject } from './canonical-keys.ts';
import { isSystemAccount } from './system-accounts.ts';

const text = z.union([z.string(), z.number().transform(String)], { error: 'must be a text' });

const zeroOrOne = z.literal([0, 1, '0', '1'], { error: 'must be 0 or 1' }).transform((value) => Number(value) === 1);

const gigabytes = z
  .union([z.number(), z.string()], { error: 'must be a number of GB' })
  .refine((value) => typeof value === 'number' || /^\d+(\.\d+)?$/.test(value), 'must be a number of GB')
  .transform(Number)
  .refine((value) => value > 0, 'must be more than 0')
  .refine((value) => value < 1_000_000, 'must be less than 1000000');

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';

/** Labels of RFC 1123; the last is no number, or the name would be an address. Leaves room for `loggregator.`. */
const domainName = text
  .refine(
    (name) => new RegExp(`^(?:${LABEL}\\.)*(?!\\d+$)${LABEL}$`, 'i').test(name),
    'must be a DNS name such as cf.local',
  )
  .refine((name) => name.length <= 240, 'must have at most 240 characters')
  .transform((name) => name.toLowerCase());

const userName = text
  .refine((name) => /^[A-Za-z_][A-Za-z0-9._-]{0,31}$/.test(name), 'must be a POSIX user name')
  .refine((name) => name !== 'root', 'must not be root: components are installed as another user')
  .refine((name) => !isSystemAccount(name), {
    error: ({ input }) =>
      packed(
        phrase('must not be {name}: Debian and Ubuntu have that account for a system service', { name: String(input) }),
      ),
  });

const secret = text
  .refine((value) => [...value].length >= 4, 'must have at least 4 characters: fewer cannot be hidden in logs')
  .refine((value) => [...value].length <= 1000, 'must have at most 1000 characters');

const addresses = z
  .array(address, { error: 'must be a list of addresses' })
  .max(1000, { error: 'takes at most 1000 addresses' });

const properties = {
  domain: domainName,
  home: address,
  disksize: gigabytes,
  checkdisk: zeroOrOne,
  adduser: zeroOrOne,
  user: userName,
  password: secret,
  root: secret,
};

const mustBeObject = { error: 'must be an object' };

/** The body of `POST /config` under its canonical keys. */
export const configurationDocument = z.object(
  {
    components: z.partialRecord(z.enum(COMPONENTS), addresses, mustBeObject),
    properties: z.object(properties, mustBeObject),
    external: z
      .object({ nats: addresses.default([]), nats_password: secret.optional() }, mustBeObject)
      .default({ nats: [] }),
  },
  mustBeObject,
);

export type ConfigurationDocument = z.output<typeof configurationDocument>;

/** Where a number may stand for the text that it is. */
export const TEXTS = [
  ['properties', 'domain'],
  ['properties', 'user'],
  ['properties', 'password'],
  ['properties', 'root'],
  ['external', 'nats_password'],
] as const;

/** The API specification's own table spells it so. */
export const ALIASES = { uua: 'uaa' };

/** Puts every key of a sent configuration into its canonical form, as far as it has one. */
export function canonicalConfiguration(sent: unknown): {
  readonly value: unknown;
  readonly problems: readonly Problem[];
} {
  const whole = canonicalKeys(sent, { keys: ['components', 'properties', 'external'] }, []);
  if (!isObject(whole.value) || !isObject(sent)) return whole;

  const known = {
    components: COMPONENTS,
    properties: Object.keys(properties),
    external: ['nats', 'nats_password'],
  } as const;
  const problems = [...whole.problems];
  const sections = Object.entries(whole.value).map(([section, value]): [string, unknown] => {
    const keys = { keys: known[section as keyof typeof known], aliases: ALIASES };
    const name = Object.keys(sent).find((key) => key.toLowerCase() === section) ?? section;
    const canonical = canonicalKeys(value, keys, [name]);
    problems.push(...canonical.problems);
    return [section, canonical.value];
  });
  return { value: Object.fromEntries(sections), problems };
}
