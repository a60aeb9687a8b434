import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { ADDRESS, connectTo, LOGIN, serve, withKey } from '../ssh-node.ts';

/** In front of a server: the first connections get no answer, as from a node that is away. */
async function awayFor(
  silent: number,
  { port }: { readonly port: number },
): Promise<{ port: number; met: () => number }> {
  let met = 0;
  const sockets = new Set<Socket>();
  const door = createServer((socket) => {
    met += 1;
    sockets.add(socket.on('error', () => undefined));
    if (met <= silent) return;
    const server = connect(port, ADDRESS);
    sockets.add(server.on('error', () => undefined));
    socket.pipe(server).pipe(socket);
  }).listen(0, ADDRESS);
  await once(door, 'listening');
  onTestFinished(() => {
    door.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (door.address() as AddressInfo).port, met: () => met };
}

it('tries again for those who came while an attempt was under way that failed', async () => {
  const door = await awayFor(1, await serve(withKey));
  const connections = connectTo(door, { connectTimeoutMs: 1000 });
  const first = connections.node(ADDRESS, LOGIN, 'watcher').catch((error: unknown) => error);
  const others = [1, 2, 3].map(() => connections.node(ADDRESS, LOGIN, 'anyone'));
  await expect(first).resolves.toMatchObject({ code: 'NodeUnreachable' });
  expect((await Promise.all(others)).map(({ account }) => account)).toEqual(['deploy', 'deploy', 'deploy']);
  expect(door.met()).toBe(2);
});

it('tries no third time', async () => {
  const door = await awayFor(9, await serve(withKey));
  const connections = connectTo(door, { connectTimeoutMs: 1000 });
  const all = [1, 2, 3].map(() => connections.node(ADDRESS, LOGIN, 'anyone').catch((error: unknown) => error));
  for (const error of await Promise.all(all)) expect(error).toMatchObject({ code: 'NodeUnreachable' });
  expect(door.met()).toBe(2);
});
