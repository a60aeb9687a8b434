import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';
import { Client } from 'ssh2';
import { expect, it, onTestFinished } from 'vitest';
import { sh } from '../../../domain/command.ts';
import { keepAlive } from '../../../ssh/connect/keepalive.ts';
import { until } from '../../support/until.ts';
import { ADDRESS, asRoot, connectTo, LOGIN, serve } from '../ssh-node.ts';

const INTERVAL_MS = 100;

it('asks a server that somebody waits for in each interval, else the more seldom the more there are', async () => {
  const network = await networkTo((await serve(asRoot)).port);
  const asked = async (connections: number, isAwaited: boolean) => {
    const client = await loggedIn(network.port);
    const from = network.sent.length - 1;
    const before = network.sent[from] ?? 0;
    keepAlive(client, { intervalMs: INTERVAL_MS, connections: () => connections }, () => isAwaited);
    return () => (network.sent[from] ?? 0) - before;
  };
  const ofFew = await asked(400, false);
  const ofMany = await asked(2_000, false);
  const awaited = await asked(2_000, true);
  await until(() => ofMany() >= 5, 'one of many has been asked again and again');
  expect(ofFew()).toBeGreaterThan(3 * ofMany());
  expect(awaited()).toBeGreaterThan(3 * ofMany());
});

it('asks nothing of a server that speaks by itself', async () => {
  const network = await networkTo((await serve(asRoot)).port);
  const [speaking, silent] = [await loggedIn(network.port), await loggedIn(network.port)];
  speaking.exec('while sleep 0.01; do echo word; done', (_error, channel) => void channel.resume());
  await until(() => network.answered() > 20, 'it speaks');
  for (const client of [speaking, silent])
    keepAlive(client, { intervalMs: INTERVAL_MS, connections: () => 1 }, () => true);
  const [before = 0, ofSilent = 0] = network.sent;
  await until(() => (network.sent[1] ?? 0) >= ofSilent + 10, 'the silent one has been asked');
  expect((network.sent[0] ?? 0) - before).toBeLessThan(5);
});

it.each([
  // Four intervals, and those until the next question, one and five.
  ['somebody waits for', true, 6],
  ['nobody waits for, as soon once it has left a question unanswered', false, 10],
])('closes a silent connection that %s', async (_what, isAwaited, intervals) => {
  const { port } = await serve(asRoot);
  const network = await networkTo(port);
  const client = await loggedIn(network.port);
  keepAlive(client, { intervalMs: INTERVAL_MS, connections: () => 2_000 }, () => isAwaited);
  await until(() => network.answered() > 5, 'its server answers');
  // Another one that is asked in each interval, as a clock.
  const other = await networkTo(port);
  keepAlive(await loggedIn(other.port), { intervalMs: INTERVAL_MS, connections: () => 1 }, () => true);
  const closed = once(client, 'close');
  const before = other.sent[0] ?? 0;
  network.cut();
  await closed;
  expect((other.sent[0] ?? 0) - before).toBeLessThanOrEqual(intervals + 2);
});

it('reports a program of a server that falls silent as lost', async () => {
  const network = await networkTo((await serve(asRoot)).port);
  const connections = connectTo(network, { keepaliveIntervalMs: INTERVAL_MS });
  const session = await connections.node(ADDRESS, LOGIN, 'anyone');
  const lost = expect(session.read(sh`sleep 60`)).rejects.toMatchObject({ code: 'ConnectionLost' });
  network.cut();
  await lost;
  expect(connections.tally()).toMatchObject({ open: 0 });
});

async function loggedIn(port: number): Promise<Client> {
  const client = new Client();
  onTestFinished(() => void client.destroy());
  // Of a network that goes with the test.
  client.on('error', () => {});
  client.connect({ host: ADDRESS, port, username: 'root', password: 'root-pw' });
  await once(client, 'ready');
  return client;
}

/** What leads to a port of this machine, until it is cut: then nothing comes through, and nobody is told. */
async function networkTo(port: number) {
  /** Pieces that each connection has sent. */
  const sent: number[] = [];
  const sockets: Socket[] = [];
  let answered = 0;
  let isCut = false;
  const server = createServer((near) => {
    const index = sent.push(0) - 1;
    const far = dial(port, '127.0.0.1');
    sockets.push(near, far);
    near.on('data', (piece) => {
      sent[index] = (sent[index] ?? 0) + 1;
      if (!isCut) far.write(piece);
    });
    far.on('data', (piece) => {
      answered += 1;
      if (!isCut) near.write(piece);
    });
    for (const socket of [near, far]) socket.on('error', () => {});
    near.on('close', () => far.destroy());
    far.on('close', () => isCut || near.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    sent,
    answered: () => answered,
    cut: () => (isCut = true),
  };
}
