import fc from 'fast-check';
import type { Sent } from './exchange.ts';
import { oddText } from './texts.ts';

const PATHS = [
  '/deployment-engine/log',
  '/deployment-engine/log/',
  '/deployment-engine/status',
  '//',
  '/',
  '*',
  '/deployment-engine/%6cog',
];

const QUERIES = [
  '',
  '?run=1',
  '?run=0',
  '?run=1&run=2',
  '?run=1e3',
  '?run=99999999999999999999',
  '?from=-1',
  '?from=9007199254740993',
  '?run=1&from=0&until=end&format=json',
  '?stream=nats_0',
  '?stream=__proto__',
  '?stream=..%2f',
  '?format=xml',
  '?__proto__=1',
  '?until=end&format=raw',
  '?%',
];

const KEY = 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==';

const ASKING = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', KEY];

const HEADERS = [
  'Sec-WebSocket-Version: 8',
  'Sec-WebSocket-Key: short',
  'Sec-WebSocket-Protocol: a, b, a',
  'Sec-WebSocket-Protocol: ,',
  'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99',
  'Sec-WebSocket-Extensions: ;;;',
  'Origin: http://example.invalid',
  'Origin: null',
  'Sec-Fetch-Site: cross-site',
  'Upgrade: h2c, websocket',
  'Content-Length: 4',
  'Authorization: Bearer x',
  'Cookie: %',
];

const frame = fc
  .record({
    first: fc.oneof(fc.constantFrom(0x81, 0x82, 0x88, 0x89, 0x8a), fc.nat(255)),
    isMasked: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    payload: fc.oneof(
      { weight: 6, arbitrary: fc.uint8Array({ maxLength: 125 }).map((bytes) => Buffer.from(bytes)) },
      { weight: 2, arbitrary: fc.constantFrom(4095, 4096, 4097, 70_000).map((size) => Buffer.alloc(size, 'x')) },
    ),
    /** Of what the frame says of its length; others are lies. */
    lie: fc.oneof(
      { weight: 8, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.constantFrom(1, 2 ** 31, 2 ** 52) },
    ),
  })
  .map(({ first, isMasked, payload, lie }) => {
    const head = Buffer.concat([Buffer.from([first]), lengthBytes(payload.length + lie, isMasked)]);
    // A mask of zeros leaves the payload as it is.
    return Buffer.concat([head, isMasked ? Buffer.alloc(4) : Buffer.alloc(0), payload]).toString('latin1');
  });

function lengthBytes(length: number, isMasked: boolean): Buffer {
  const mask = isMasked ? 0x80 : 0;
  if (length < 126) return Buffer.from([mask + length]);
  const bytes = Buffer.alloc(length < 65_536 ? 3 : 9);
  bytes[0] = mask + (length < 65_536 ? 126 : 127);
  if (length < 65_536) bytes.writeUInt16BE(length, 1);
  else bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}

/** Upgrades to a WebSocket as they should be or not, and frames for after them. */
export const upgrades: fc.Arbitrary<Sent & { readonly route: string }> = fc
  .record({
    method: fc.oneof(
      { weight: 20, arbitrary: fc.constant('GET') },
      { weight: 1, arbitrary: fc.constantFrom('POST', 'PUT') },
    ),
    path: fc.oneof(
      { weight: 9, arbitrary: fc.constant(PATHS[0]) },
      { weight: 1, arbitrary: fc.constantFrom(...PATHS) },
    ),
    query: fc.oneof(
      fc.constantFrom('', '?run=1', '?run=2&format=json', '?from=0&until=end'),
      fc.constantFrom(...QUERIES),
      oddText.map((text) => `?stream=${encodeURIComponent(text.toWellFormed())}`),
    ),
    left: fc.oneof(
      { weight: 5, arbitrary: fc.constant(ASKING) },
      { weight: 1, arbitrary: fc.subarray(ASKING, { minLength: 3 }) },
    ),
    more: fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(fc.constantFrom(...HEADERS), { maxLength: 2 }) },
    ),
    frames: fc.array(frame, { maxLength: 6 }),
  })
  .map(({ method, path, query, left, more, frames }) => ({
    route: 'WebSocket /log',
    bytes: [`${method} ${path}${query} HTTP/1.1`, 'Host: 127.0.0.1', ...left, ...more, '', ''].join('\r\n'),
    isWhole: false,
    frames: frames.join(''),
  }));
