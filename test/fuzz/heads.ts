import fc from 'fast-check';
import { ROUTES } from '../../api/routes/route-table.ts';
import { oddText } from './texts.ts';

const METHODS = [
  'GET',
  'POST',
  'PUT',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'TRACE',
  'PROPFIND',
  'M-SEARCH',
  'CONNECT',
];
const NO_METHODS = ['get', 'GETT', 'FOO', '\0', ''];

/** A row of the route table as a client would ask it. */
export interface Target {
  /** As the table has it. */
  readonly route: string;
  readonly method: string;
  /** With its query. */
  readonly url: string;
}

/** For `:run` and `:ip`. */
const parameter = (name: string): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary:
        name === 'ip' ? fc.constantFrom('10.10.101.182', '10.10.101.181', '::1') : fc.constantFrom('1', '2', '3'),
    },
    { weight: 3, arbitrary: oddText.map(encoded) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('01', '1e3', '99999999999', '0x1', '-1', '%', '%zz', '%00', '..', '%2e%2e', '%252f'),
    },
  );

// Not every half of a character can be encoded.
const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());

const TEMPORAL_REST = [
  '',
  '/',
  '/api/v1/namespaces/default/workflows',
  '/api/v1/settings',
  '/render?markdown=x',
  '/../config',
];
const TEMPORAL_QUERY = '/temporal/api/v1/namespaces/default/workflows/cluster%2Fcf/query/status';

function pathOf(path: string | RegExp): fc.Arbitrary<string> {
  if (path instanceof RegExp) return fc.constant(TEMPORAL_QUERY);
  if (path.startsWith('/temporal')) return fc.constantFrom(...TEMPORAL_REST).map((rest) => `/temporal${rest}`);
  const parts = path.split('/').map((part) => (part.startsWith(':') ? parameter(part.slice(1)) : fc.constant(part)));
  return fc.tuple(...parts).map((pieces) => pieces.join('/'));
}

const changedPath = (path: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 40, arbitrary: fc.constant(path) },
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        `${path}/`,
        `/${path}`,
        `${path}/..`,
        `${path}/%2e%2e/config`,
        `${path}%2f..%2f..%2fetc%2fpasswd`,
        `${path}%252f..`,
        `${path}%00`,
        `${path}%`,
        `${path}%ff%fe`,
        `${path}\xff`,
        `${path};x=1`,
        `${path}#x`,
        `${path}?#`,
        `${path}\\..\\..`,
        path.toUpperCase(),
        path.replace('deployment-engine', 'deployment%2dengine'),
        `http://127.0.0.1${path}`,
        `http://example.invalid${path}`,
        `https://user:secret@127.0.0.1${path}`,
        `file:///etc/passwd`,
        '*',
        '',
        `${path}/__proto__`,
        `/deployment-engine/../../etc/passwd`,
        `/temporal/../deployment-engine/config`,
        `${path}/${'a'.repeat(3_000)}`,
      ),
    },
    { weight: 1, arbitrary: oddText.map((text) => `${path}/${encoded(text)}`) },
  );

const QUERY_KEYS = ['name', 'ip', 'Comp', 'IP', 'dry-run', 'confirm', 'run', 'from', 'stream', 'until', 'format'];
const MORE_KEYS = [
  'before',
  'limit',
  'wait',
  'nonsense',
  '__proto__',
  'constructor',
  'name[]',
  'a[b][c]',
  'hasOwnProperty',
  '',
];
const VALUES = [
  '1',
  'all',
  '0.0.0.0',
  'nats',
  '10.10.101.182',
  'end',
  'json',
  'raw',
  'local',
  'nats_0',
  '-1',
  '0',
  '1e9',
];

const queryPair = fc
  .tuple(
    fc.constantFrom(...QUERY_KEYS, ...MORE_KEYS),
    fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...VALUES) }, { weight: 1, arbitrary: oddText }),
  )
  .map(([key, value]) => `${encoded(key)}=${encoded(value)}`);

const query: fc.Arbitrary<string> = fc.oneof(
  { weight: 24, arbitrary: fc.constant('') },
  { weight: 8, arbitrary: fc.array(queryPair, { minLength: 1, maxLength: 4 }).map((pairs) => `?${pairs.join('&')}`) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '?',
      '?&',
      '?=',
      '?%',
      '?%00=%ff',
      '?name=nats&name=nats',
      '?name[]=nats&name[]=uaa',
      '?__proto__[x]=1',
      '?x?y=1',
      `?${'a&'.repeat(200)}`,
      `?x=${'a'.repeat(6_000)}`,
      '?\xff=\x80',
    ),
  },
);

/** A route of the table, asked as it should be or not quite so. */
export const target: fc.Arbitrary<Target> = fc.constantFrom(...ROUTES).chain(({ method, path }) =>
  fc.record({
    route: fc.constant(`${method} ${String(path)}`),
    method: fc.oneof(
      { weight: 30, arbitrary: fc.constant(method === '*' ? 'POST' : method) },
      { weight: 4, arbitrary: fc.constantFrom(...METHODS) },
      { weight: 1, arbitrary: fc.constantFrom(...NO_METHODS) },
    ),
    url: fc.tuple(pathOf(path).chain(changedPath), query).map((parts) => parts.join('')),
  }),
);

const SAFE_HEADERS = [
  'Content-Type: application/json',
  'Content-Type: application/x-www-form-urlencoded',
  'Content-Type: multipart/form-data; boundary=x',
  'Content-Type: text/plain; charset=utf-16',
  'Content-Type: ;;;',
  'Accept-Language: zh-CN,zh;q=0.9',
  'Accept-Language: *;q=0, en;q=9, ,;',
  `Accept-Language: ${'a,'.repeat(500)}`,
  'Accept-Language: __proto__',
  'Accept: text/html',
  'Accept: */*;q=0',
  'Accept-Encoding: gzip, br;q=0, *;q=1',
  'If-Match: *',
  'If-Match: "x", W/"y"',
  'If-Match: \xff',
  'If-None-Match: *',
  'Range: bytes=0-',
  'Range: bytes=-5',
  'Range: bytes=5-1',
  'Range: bytes=0-1,3-4',
  'Range: bytes=99999999999999999999-',
  'Range: lines=1-2',
  'Range: bytes=',
  'If-Range: "x"',
  'If-Range: __proto__',
  'Expect: 100-continue',
  'Expect: 200-ok',
  'Origin: null',
  'Origin: http://example.invalid',
  'Origin: \xff',
  'Sec-Fetch-Site: cross-site',
  'Sec-Fetch-Site: same-origin',
  'Sec-Fetch-Mode: navigate',
  'Sec-Fetch-Dest: document',
  'User-Agent: Mozilla/5.0',
  'Authorization: Bearer x',
  'Authorization: Bearer',
  'Authorization: Basic !!!',
  `Authorization: Bearer ${'x'.repeat(5_000)}`,
  'Cookie: a=b; =; ;;; session=%',
  'X-Forwarded-For: 1.2.3.4, ::1, x',
  'X-Forwarded-Host: example.invalid',
  'X-HTTP-Method-Override: DELETE',
  'Forwarded: for=_x;host=y',
  'Upgrade: h2c',
  'Connection: Upgrade, HTTP2-Settings',
  'Date: x',
  'TE: trailers',
  'Trailer: X',
  '__proto__: x',
  'constructor: x',
];

/** What makes a request one that no server can read, or that two servers read differently. */
const BREAKING_HEADERS = [
  'Content-Length: 5',
  'Content-Length: -1',
  'Content-Length: 0x10',
  'Content-Length: 99999999999999999999',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: chunked, identity',
  'Host: example.invalid',
  'Host: ',
  'Host: [::1',
  'Host: \xff',
  'Host: a:b:c',
  'Host: 127.0.0.1/../x',
  'Host: 127.0.0.1@example.invalid',
  'no colon',
  ' : folded',
  'X: a\x00b',
  'X: a\rb',
  'X\x01: y',
  `X: ${'y'.repeat(20_000)}`,
  Array.from({ length: 2_500 }, (_, at) => `X-${at}: y`).join('\r\n'),
];

/** Header lines, and whether they leave it clear where the request ends. */
export const headers: fc.Arbitrary<{ readonly lines: readonly string[]; readonly isPlain: boolean }> = fc
  .tuple(
    fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(fc.constantFrom(...SAFE_HEADERS), { maxLength: 4 }) },
    ),
    fc.oneof(
      { weight: 24, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(fc.constantFrom(...BREAKING_HEADERS), { minLength: 1, maxLength: 2 }) },
    ),
  )
  .map(([safe, breaking]) => ({ lines: [...safe, ...breaking], isPlain: breaking.length === 0 }));
