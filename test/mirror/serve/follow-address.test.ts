import { createServer } from 'node:http';
import { rename, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { HostAndPort } from '../../../domain/schemas/settings.ts';
import { followAddress } from '../../../mirror/serve/follow-address.ts';
import { wantedAddress } from '../../../mirror/serve/wanted-address.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function following(wanted: () => Promise<HostAndPort | undefined>) {
  const stopping = new AbortController();
  const events: string[] = [];
  const ended = followAddress({
    createServer: () => createServer((_, response) => response.end('here')),
    wanted,
    report: (event, { host, port }) => events.push(`${event} ${host}:${port}`),
    signal: stopping.signal,
    pollMs: 10,
  });
  const stop = async (): Promise<void> => {
    stopping.abort();
    await ended;
  };
  onTestFinished(stop);
  return { events, stop };
}

async function freePort(host: string): Promise<number> {
  const server = createTcpServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const PATIENT = { timeout: 60_000 };

const answers = ({ host, port }: HostAndPort): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

it('listens as soon as an address is known, and moves with it', async () => {
  const first = { host: '127.0.0.2', port: await freePort('127.0.0.2') };
  const second = { host: '127.0.0.3', port: await freePort('127.0.0.3') };
  let wanted: HostAndPort | undefined;
  const { events } = following(() => Promise.resolve(wanted));

  wanted = first;
  await vi.waitUntil(() => answers(first), PATIENT);
  wanted = undefined; // a file that is just being replaced
  wanted = second;
  await vi.waitUntil(() => answers(second), PATIENT);
  expect(await answers(first)).toBe(false);
  expect(events.at(-1)).toBe(`listening 127.0.0.3:${second.port}`);
});

it('tries again until the port is free, and reports the reason once', async () => {
  const holder = createTcpServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const address = { host: '127.0.0.1', port: (holder.address() as AddressInfo).port };
  let looks = 0;
  const { events } = following(() => Promise.resolve((looks++, address)));

  await vi.waitUntil(() => looks >= 3, PATIENT);
  expect(events).toEqual([`cannot listen 127.0.0.1:${address.port}`]);
  holder.close();
  await vi.waitUntil(() => events.length === 2, PATIENT);
  expect(events[1]).toBe(`listening 127.0.0.1:${address.port}`);
});

it('stops in well under a second although a client holds its connection', async () => {
  const address = { host: '127.0.0.1', port: await freePort('127.0.0.1') };
  const { stop } = following(() => Promise.resolve(address));
  await vi.waitUntil(() => answers(address), PATIENT);
  const client = connect(address.port, address.host);
  client.write('GET / HTTP/1.1\r\nHost: mirror\r\n'); // the request never ends
  await once(client, 'connect');
  const closed = once(client, 'close');
  client.on('error', () => undefined).resume();
  await stop();
  await closed;
  expect(await answers(address)).toBe(false);
});

it('wants the setting, else port 50001 of the home that the gateway left', async () => {
  const dataDir = await temporaryFolder();
  const setting = { host: '127.0.0.1', port: 1234 };
  expect(await wantedAddress({ dataDir, mirrorListen: setting })).toEqual(setting);
  expect(await wantedAddress({ dataDir, mirrorListen: undefined })).toBeUndefined();
  await writeFile(path.join(dataDir, 'home.new'), '10.10.101.180\n');
  await rename(path.join(dataDir, 'home.new'), path.join(dataDir, 'home'));
  expect(await wantedAddress({ dataDir, mirrorListen: undefined })).toEqual({ host: '10.10.101.180', port: 50001 });
  await writeFile(path.join(dataDir, 'home'), 'not an address');
  expect(await wantedAddress({ dataDir, mirrorListen: undefined })).toBeUndefined();
});
