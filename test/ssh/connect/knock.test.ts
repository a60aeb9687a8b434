import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { knock } from '../../../ssh/connect/knock.ts';

async function listen(greeting: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (greeting !== '') socket.write(greeting);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

it('hears a server that greets', async () => {
  expect(await knock('127.0.0.1', await listen('SSH-2.0-test\r\n'), 10_000)).toBe(true);
});

it('hears nobody where a port is silent or closed', async () => {
  expect(await knock('127.0.0.1', await listen(''), 50)).toBe(false);
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, 'close');
  expect(await knock('127.0.0.1', port, 10_000)).toBe(false);
});
