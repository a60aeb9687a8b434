import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { jsonValue, mutated, written } from './json-values.ts';
import { oddText } from './texts.ts';

/** A body with the headers that are its own. */
export interface Body {
  /** Latin-1. */
  readonly bytes: string;
  readonly headers: readonly string[];
}

const utf8 = (text: string): string => Buffer.from(text).toString('latin1');

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
