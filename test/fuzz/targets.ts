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
