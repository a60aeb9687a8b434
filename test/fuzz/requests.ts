import fc from 'fast-check';
import { type Body, bodies } from './bodies.ts';
import type { Credential } from './credentials.ts';
import type { Sent } from './exchange.ts';
import { headers } from './headers.ts';
import { type Target, target } from './targets.ts';
import { upgrades } from './upgrades.ts';

/** What is sent over one connection, and the route it was made for. */
export interface Input extends Sent {
  readonly route: string;
  /** Of an engine that asks for tokens. */
  readonly credential?: Credential;
}

/** Requests of every route, valid ones and others, and upgrades of the log socket. `shown`: by whoever sends them. */
export function inputs(valid: Documents, shown?: fc.Arbitrary<Credential>): fc.Arbitrary<Input> {
  const input = fc.oneof({ weight: 9, arbitrary: requests(valid) }, { weight: 1, arbitrary: upgrades });
  return shown === undefined ? input : fc.tuple(input, shown).map(([each, credential]) => showing(each, credential));
}

/** Of two such headers the first counts. */
function showing(input: Input, credential: Credential): Input {
  const { header } = credential;
  const end = input.bytes.indexOf('\r\n') + 2;
  const [first, rest] = [input.bytes.slice(0, end), input.bytes.slice(end).replaceAll(/^Authorization:.*\r\n/gm, '')];
  const own = header === undefined ? '' : `Authorization: ${header}\r\n`;
  return { ...input, bytes: `${first}${own}${rest}`, credential };
}

/** Documents that routes take, by their paths. */
export type Documents = Readonly<Record<string, readonly object[]>>;

const requests = (valid: Documents): fc.Arbitrary<Input> =>
  target.chain((asked) => requestTo(asked, bodies(documentsFor(asked, valid), Object.values(valid).flat())));

const documentsFor = ({ route }: Target, valid: Documents): readonly object[] =>
  Object.entries(valid).find(([path]) => route.endsWith(` /deployment-engine/${path}`))?.[1] ?? [];

const requestTo = ({ route, method, url }: Target, anyBody: fc.Arbitrary<Body>): fc.Arbitrary<Input> =>
  fc
    .record({ headers, body: anyBody, framing: fc.constantFrom<Framing>(...FRAMINGS), version })
    .map(({ headers: { lines, isPlain }, body, framing, version: spoken }) => {
      const framed = frame(body, framing);
      const head = [`${method} ${url} HTTP/${spoken}`, ...hostOf(lines), ...lines, ...body.headers, ...framed.headers];
      const bytes = [...head, 'Connection: close', '', framed.bytes].join('\r\n');
      const isWhole = isPlain && framed.isWhole && spoken === '1.1' && method !== 'CONNECT' && !/^[*#]|^$/.test(url);
      return { route, bytes, isWhole };
    });

const hostOf = (lines: readonly string[]): string[] =>
  lines.some((line) => line.startsWith('Host:')) ? [] : ['Host: 127.0.0.1'];

const version = fc.oneof(
  { weight: 30, arbitrary: fc.constant('1.1') },
  { weight: 1, arbitrary: fc.constantFrom('1.0', '0.9', '2.0', '9.9', '1.1 x', '') },
);

type Framing = 'length' | 'chunked' | 'broken chunks' | 'cut' | 'none';
const FRAMINGS: readonly Framing[] = [
  ...Array<Framing>(30).fill('length'),
  'chunked',
  'chunked',
  'broken chunks',
  'cut',
  'none',
];

function frame({ bytes }: Body, framing: Framing): { headers: string[]; bytes: string; isWhole: boolean } {
  const length = [`Content-Length: ${bytes.length}`];
  if (framing === 'chunked') return { headers: ['Transfer-Encoding: chunked'], bytes: chunked(bytes), isWhole: true };
  if (framing === 'broken chunks')
    return { headers: ['Transfer-Encoding: chunked'], bytes: `ffffffffffffffffff\r\n${bytes}`, isWhole: false };
  if (framing === 'cut') return { headers: [`Content-Length: ${bytes.length + 10}`], bytes, isWhole: false };
  if (framing === 'none') return { headers: [], bytes, isWhole: bytes === '' };
  return { headers: length, bytes, isWhole: true };
}

function chunked(bytes: string): string {
  const half = Math.ceil(bytes.length / 2);
  return [bytes.slice(0, half), bytes.slice(half), '']
    .filter((piece, at) => piece !== '' || at === 2)
    .map((piece) => `${piece.length.toString(16)};x=y\r\n${piece}\r\n`)
    .join('');
}
