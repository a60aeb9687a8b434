import fc from 'fast-check';
import { oddText } from './texts.ts';

const KEYS = [
  'components',
  'properties',
  'external',
  'nats',
  'domain',
  'password',
  'root',
  'home',
  'user',
  'disksize',
  'name',
  'Comp',
  'ip',
  'IP',
  'wait',
  'action',
  'targets',
  'park',
  'reason',
  'serial',
  'token',
  'next',
  'hostKey',
  'confirm',
  'dry-run',
  '__proto__',
  'constructor',
  'toString',
];

const oddNumber = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 1.5, 1e308, 5e-324, 2 ** 53, -(2 ** 53), 2 ** 31, 1e21),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

const leaf = fc.oneof(oddText, oddNumber, fc.constantFrom(null, true, false, [], {}));

/** Any JSON value, with keys that routes know and keys that they do not. */
export const jsonValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.oneof(fc.constantFrom(...KEYS), oddText), tie('value')), { maxLength: 5 })
      .map((entries) => new Map(entries)),
  ),
})).value;

/** As JSON.stringify, with the keys that objects swallow and with keys that come twice. */
export const written = (value: unknown): string => {
  if (value instanceof Map)
    return `{${[...value].map(([key, member]) => `${JSON.stringify(key)}:${written(member)}`).join(',')}}`;
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`;
  if (typeof value === 'object' && value !== null) return written(new Map(Object.entries(value)));
  return JSON.stringify(value) ?? 'null';
};

interface Change {
  readonly place: number;
  readonly act: 'replace' | 'remove' | 'wrap' | 'add' | 'repeat';
  readonly key: string;
  readonly value: unknown;
}

const change: fc.Arbitrary<Change> = fc.record({
  place: fc.nat(60),
  act: fc.constantFrom('replace', 'remove', 'wrap', 'add', 'repeat'),
  key: fc.oneof(fc.constantFrom(...KEYS), oddText),
  value: fc.oneof(leaf, jsonValue),
});

/** One that a route takes, changed in its structure. */
export const mutated = (document: object): fc.Arbitrary<string> =>
  fc
    // Most are changed in one place, and get far.
    .oneof(
      { weight: 1, arbitrary: fc.constant([]) },
      { weight: 3, arbitrary: fc.tuple(change) },
      { weight: 1, arbitrary: fc.array(change, { maxLength: 4 }) },
    )
    .map((changes) => written(changes.reduce<unknown>((whole, each) => changed(whole, each), document)));

/** The value at one of the places of a document, in the order of writing, is changed. */
function changed(document: unknown, { place, act, key, value }: Change): unknown {
  let at = -1;
  const visit = (item: unknown): unknown => {
    at += 1;
    if (at === place % countOf(document)) return acted(item);
    if (Array.isArray(item)) return item.map(visit);
    return isMembers(item) ? new Map([...membersOf(item)].map(([name, member]) => [name, visit(member)])) : item;
  };
  const acted = (item: unknown): unknown => {
    if (act === 'wrap') return [item];
    if (act === 'remove') return null;
    if (act === 'repeat') return [item, item];
    if (act === 'replace') return value;
    return isMembers(item) ? new Map([...membersOf(item), [key, value]]) : value;
  };
  return visit(document);
}

const isMembers = (item: unknown): item is object => typeof item === 'object' && item !== null && !Array.isArray(item);
const membersOf = (item: object): Map<string, unknown> =>
  item instanceof Map ? (item as Map<string, unknown>) : new Map(Object.entries(item));

function countOf(item: unknown): number {
  if (Array.isArray(item)) return 1 + item.reduce<number>((sum, each) => sum + countOf(each), 0);
  return isMembers(item) ? 1 + [...membersOf(item).values()].reduce<number>((sum, each) => sum + countOf(each), 0) : 1;
}
