import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { oddText } from './texts.ts';

/** A body with the headers that are its own. */
export interface Body {
  /** Latin-1. */
  readonly bytes: string;
  readonly headers: readonly string[];
}

const utf8 = (text: string): string => Buffer.from(text).toString('latin1');

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
const jsonValue = fc.letrec((tie) => ({
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
const written = (value: unknown): string => {
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
const mutated = (document: object): fc.Arbitrary<string> =>
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

const MEGABYTE = 1024 ** 2;

const broken: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '{',
    '}',
    '[]',
    'null',
    '"',
    '{"a":1,"a":2}',
    '{"name":"nats","Comp":"nats"}',
    '{"__proto__":{"isAdmin":true}}',
    '{"constructor":{"prototype":{"x":1}}}',
    '{"name":1e999}',
    '{"name":01}',
    '{"name":"\\ud800"}',
    '{"name":"\\u0000"}',
    utf8('\u{feff}{"name":"all","ip":"0.0.0.0"}'),
    '{"name":"\xff\xfe"}',
    '\xc0\xaf',
    '{"name":\'nats\'}',
    '{ "local.log" }',
    '{ local.log }',
    'local.log',
    'token=x&next=//example.invalid',
    'token=%',
    'next=%ff&token=%00',
    '<?xml version="1.0"?><x/>',
    '--x\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--x--',
  ),
  fc.nat(40_000).map((depth) => '['.repeat(depth)),
  fc.nat(60).map((depth) => `${'{"name":'.repeat(depth)}1${'}'.repeat(depth)}`),
  fc.nat(400).map((count) => `{${Array.from({ length: count }, (_, key) => `"k${key}":1`).join(',')}}`),
  fc.string({ unit: 'binary-ascii' }),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
);

/** At the limit of a body, below it and above it. */
const large: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(' ', '[', '"', '0', '\0'), fc.integer({ min: -2, max: 2 }))
  .map(([character, more]) => character.repeat(MEGABYTE + more));

/** `own`: documents that the route takes; `others`: those of other routes. */
export function bodies(own: readonly object[], others: readonly object[]): fc.Arbitrary<Body> {
  const document = fc.oneof(
    { weight: own.length === 0 ? 0 : 8, arbitrary: fc.constantFrom(...own, {}) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
  const texts = fc.oneof(
    { weight: 20, arbitrary: document.chain(mutated) },
    { weight: 4, arbitrary: jsonValue.map(written) },
    { weight: 4, arbitrary: oddText },
  );
  const plain = fc.oneof({ weight: 18, arbitrary: texts.map(utf8) }, { weight: 6, arbitrary: broken });
  return fc.oneof(
    { weight: own.length === 0 ? 120 : 12, arbitrary: fc.constant({ bytes: '', headers: [] }) },
    { weight: 40, arbitrary: plain.map((bytes) => ({ bytes, headers: [] })) },
    { weight: 1, arbitrary: large.map((bytes) => ({ bytes, headers: [] })) },
    { weight: 3, arbitrary: fc.tuple(plain, fc.constantFrom(...ENCODINGS)).map(([text, encode]) => encode(text)) },
  );
}

const encodedAs =
  (name: string, encode: (bytes: Buffer) => Buffer) =>
  (text: string): Body => ({
    bytes: encode(Buffer.from(text, 'latin1')).toString('latin1'),
    headers: [`Content-Encoding: ${name}`],
  });

// A bomb: a thousand times as large as what is sent.
const BOMB = gzipSync(Buffer.alloc(32 * MEGABYTE));

const ENCODINGS = [
  encodedAs('gzip', (bytes) => gzipSync(bytes)),
  encodedAs('gzip', (bytes) => bytes),
  encodedAs('gzip', (bytes) => gzipSync(bytes).subarray(0, 12)),
  encodedAs('gzip', () => BOMB),
  encodedAs('br', (bytes) => brotliCompressSync(bytes)),
  encodedAs('br', (bytes) => bytes),
  encodedAs('deflate', (bytes) => bytes),
  encodedAs('identity', (bytes) => bytes),
  encodedAs('rot13', (bytes) => bytes),
  encodedAs('gzip, gzip', (bytes) => gzipSync(gzipSync(bytes))),
];
