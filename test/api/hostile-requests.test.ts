import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { requestedName } from '../../api/log-text/log-files.ts';
import { type Gateway, startGateway } from './gateway.ts';

const keys = (count: number): string => `{${Array.from({ length: count }, (_, key) => `"k${key}":1`).join(',')}}`;
const addresses = (count: number): string =>
  `{"components":{"nats":[${Array.from({ length: count }, () => '"x"').join(',')}]},"properties":{}}`;

// What took seconds for a small request took minutes for these. Time of the processor, since others may be busy on this
// machine, and the test's own work counts as well.
const SOON_MS = 3000;
const processorMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

it.each([
  ['PUT', 'download', `${' '.repeat(1_500)}"{`],
  ['PUT', 'download', ' '.repeat(900_000)],
  ['POST', 'config', keys(60_000)],
  ['POST', 'config', `{"components":${keys(60_000)}}`],
  ['POST', 'config', addresses(19_000)],
  ['POST', 'config', addresses(200_000)],
  ['POST', 'config', `{"${'y'.repeat(1_000_000)}":1}`],
  ['POST', 'config', '['.repeat(1_000_000)],
])('is not held up by %s /%s', async (method, path, body) => {
  const { fetch: ask } = await startGateway();
  const asked = processorMs();
  const answer = await ask(`/deployment-engine/${path}`, { method, body });
  expect([400, 404]).toContain(answer.status);
  const problem = (await answer.json()) as { errors: unknown[] };
  expect(problem.errors.length).toBeLessThanOrEqual(50);
  expect(processorMs() - asked).toBeLessThan(SOON_MS);
});

it('refuses a query of more keys than any route has', async () => {
  const { fetch: ask } = await startGateway();
  const answer = await ask(`/deployment-engine/runs?${Array.from({ length: 2_000 }, (_, key) => `k${key}`).join('&')}`);
  expect([answer.status, await answer.json()]).toMatchObject([
    400,
    { errors: [{ pointer: '', message: 'the query has more than 100 keys' }] },
  ]);
});

it('counts the problems that it does not tell', async () => {
  const { fetch: ask } = await startGateway();
  const answer = await ask('/deployment-engine/config', { method: 'POST', body: addresses(1_000) });
  expect(await answer.json()).toMatchObject({
    errorCount: expect.any(Number),
    detail: expect.stringMatching(/ more$/),
  });
});

it.each([
  ['local.log', 'local.log'],
  ['"local.log"', 'local.log'],
  ['{ "local.log" }', 'local.log'],
  [' { local.log }\n', 'local.log'],
  ['a b', undefined],
  ['{}', undefined],
  ['', undefined],
])('reads the name in %j', (body, name) => expect(requestedName(body)).toBe(name));

/** Everything that a bare connection gets until the gateway ends it; the client keeps its side open. */
const exchange = ({ url }: Gateway, head: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true });
    socket.on('data', (piece) => (text += piece.toString()));
    socket.on('end', () => {
      resolve(text);
      socket.destroy();
    });
    socket.on('error', reject);
    socket.write(`${[...head, 'Host: 127.0.0.1'].join('\r\n')}\r\n\r\n`);
  });

it('answers a client that offers HTTP/2 as any other', async () => {
  const text = await exchange(await startGateway(), [
    'GET /deployment-engine/config HTTP/1.1',
    'Connection: Upgrade, HTTP2-Settings, close',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
  ]);
  expect(text).toMatch(/^HTTP\/1\.1 200 /);
});

it.each(['//', '/deployment-engine/status', '/deployment-engine/log?run=x'])(
  'refuses a WebSocket at %s and lets the connection go',
  async (path) => {
    const text = await exchange(await startGateway(), [
      `GET ${path} HTTP/1.1`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ]);
    expect(text).toMatch(/^HTTP\/1\.1 404 /);
  },
);
