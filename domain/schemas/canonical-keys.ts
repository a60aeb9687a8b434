import type { Problem } from '../errors.ts';
import { phrase, type Text } from '../text/text.ts';
import { jsonPointer } from './json-pointer.ts';
import { nearest } from './nearest.ts';

/** Which keys an object may have. */
export interface KnownKeys {
  readonly keys: readonly string[];
  /** Other spellings in lower case, with the key they stand for. */
  readonly aliases?: Readonly<Record<string, string>>;
}

export interface CanonicalObject {
  /** The values under their canonical keys; what is not an object stays what it is. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
}

/** Matches an object's keys without regard to case; unknown keys and two spellings of one key are problems. */
export function canonicalKeys(
  value: unknown,
  { keys, aliases = {} }: KnownKeys,
  path: readonly string[],
): CanonicalObject {
  if (!isObject(value)) return { value, problems: [] };
  const problems: Problem[] = [];
  const found = new Map<string, { readonly sent: string; readonly value: unknown }>();
  for (const [sent, member] of Object.entries(value)) {
    const key = keyFor(sent, keys, aliases);
    const other = key === undefined ? undefined : found.get(key);
    const refuse = (message: Text): unknown => problems.push({ pointer: jsonPointer([...path, sent]), message });
    if (key === undefined)
      refuse(phrase('unknown; did you mean {nearest}?', { nearest: nearest(sent.toLowerCase(), keys) }));
    else if (other !== undefined)
      refuse(phrase('means the same as {sent}: give only one of them', { sent: other.sent }));
    else found.set(key, { sent, value: member });
  }
  const members = [...found].map(([key, { value: member }]): [string, unknown] => [key, member]);
  return { value: Object.fromEntries(members), problems };
}

/** The path as it was sent, for a path of canonical keys. */
export function sentPath(
  document: unknown,
  path: readonly PropertyKey[],
  aliases: KnownKeys['aliases'] = {},
): PropertyKey[] {
  let place = document;
  return path.map((segment) => {
    const isKey = isObject(place) && typeof segment === 'string';
    const sent = isKey
      ? Object.keys(place as object).find((key) => keyFor(key, [segment], aliases) === segment)
      : undefined;
    place = (place as Record<PropertyKey, unknown> | undefined)?.[sent ?? segment];
    return sent ?? segment;
  });
}

function keyFor(sent: string, keys: readonly string[], aliases: Readonly<Record<string, string>>): string | undefined {
  const lower = sent.toLowerCase();
  const wanted = Object.hasOwn(aliases, lower) ? aliases[lower] : lower;
  return keys.find((key) => key.toLowerCase() === wanted?.toLowerCase());
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
