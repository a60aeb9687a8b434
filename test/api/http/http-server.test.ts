import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createHttpServer, type HttpLimits, LIMITS } from '../../../api/http/http-server.ts';

/** How to open a connection to a server with such limits. */
async function serving(limits: Partial<HttpLimits>): Promise<() => Socket> {
  const server = createHttpServer(
    (request, response) => void request.on('end', () => response.end('served')).resume(),
    { ...LIMITS, ...limits },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  return () => connect(port, '127.0.0.1');
}

/** All that a connection is told until the server ends it. */
const told = async (socket: Socket): Promise<string> => Buffer.concat(await socket.toArray()).toString();

it.each([
  ['in its head', 'POST / HTTP/1.1\r\nHost: x\r\n'],
  ['in its body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf'],
])('ends a request that stops %s', async (_where, half) => {
  const socket = (await serving({ headersMs: 100, requestMs: 200, checkMs: 20 }))();
  socket.write(half);
  expect(await told(socket)).toMatch(/^HTTP\/1\.1 408 /);
});

it.each([
  ['two lengths', 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400, 'InvalidRequest'],
  ['no request', 'GARBAGE\r\n\r\n', 400, 'InvalidRequest'],
  ['long headers', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, 431, 'HeadersTooLarge'],
])('says as everywhere what is wrong with %s', async (_what, bytes, status, code) => {
  const socket = (await serving({}))();
  socket.write(bytes);
  const [head = '', body = ''] = (await told(socket)).split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*Content-Type: application/problem\\+json`, 's'));
  expect(JSON.parse(body)).toMatchObject({ status, code, detail: expect.any(String) });
});

it('answers a client that expects what nobody knows', async () => {
  const socket = (await serving({}))();
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nExpect: 200-ok\r\nConnection: close\r\n\r\n');
  expect(await told(socket)).toMatch(/^HTTP\/1\.1 200 /);
});

it('gives nobody minutes for half a request', () => {
  expect(Math.max(LIMITS.headersMs, LIMITS.requestMs) + LIMITS.checkMs).toBeLessThan(60_000);
});

it('serves one address so many connections at a time, and the next when one has gone', async () => {
  const open = await serving({ perAddress: 2 });
  const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
  const [first, second] = [open(), open()];
  for (const socket of [first, second]) {
    socket.write(request);
    await once(socket, 'data');
  }
  const third = open();
  third.write(request);
  expect(await third.toArray().catch(() => [])).toEqual([]);

  first.destroy();
  await expect
    .poll(async () => {
      const next = open();
      next.write(request.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
      return told(next).catch(() => '');
    })
    .toMatch(/^HTTP\/1\.1 200 /);
});
