import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { queryObjects } from 'node:v8';
import { Client } from 'ssh2';
import { expect, it } from 'vitest';
import { sh } from '../../domain/command.ts';
import { FENCE, runRequest } from '../support/run-request.ts';
import { type SshServer, startSshServer } from '../support/ssh-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { ADDRESS, asRoot, connectTo, directory, LOGIN, serve, withKey } from './ssh-node.ts';

it('has what lasts make room where the server allows few sessions', async () => {
  const server = await serve(asRoot, { mostSessions: 1 });
  const session = await connectTo(server).node(ADDRESS, LOGIN, 'anyone');
  const dialogue = await session.openDialogue({ text: 'while read -r word; do echo; done', secrets: {} });
  expect((await session.read(sh`echo here`)).stdout).toBe('here\n');
  await expect(dialogue.ask('x', 10_000)).rejects.toMatchObject({ code: 'ConnectionLost' });
});

it('shares one connection and one attempt between all callers', async () => {
  const server = await serve(asRoot);
  const connections = connectTo(server);
  const sessions = await Promise.all(Array.from({ length: 20 }, () => connections.node(ADDRESS, LOGIN, 'anyone')));
  await Promise.all(sessions.map((session) => session.read(sh`true`)));
  expect(server.connections()).toBe(3); // as the user by key and by password, then as root
});

it('tells how many connections are open and were opened', async () => {
  const server = await serve(withKey);
  const connections = connectTo(server);
  expect(connections.tally()).toEqual({ open: 0, opened: 0 });
  await connections.node(ADDRESS, LOGIN, 'anyone');
  await connections.node(ADDRESS, LOGIN, 'anyone');
  expect(connections.tally()).toEqual({ open: 1, opened: 1 });
  await connections.close();
  expect(connections.tally()).toEqual({ open: 0, opened: 0 });
});

it('keeps nothing of a connection that has ended', async () => {
  const clients = (): number => queryObjects(Client, { format: 'count' });
  await until(() => clients() === 0, 'those of other tests are gone');
  const server = await serve(asRoot);
  const connections = connectTo(server);
  await connections.node(ADDRESS, LOGIN, 'anyone');
  expect(clients()).toBe(1);
  server.drop();
  await until(() => clients() === 0, 'nothing holds the client');
  expect(connections.tally()).toMatchObject({ open: 0 });
});

it('keeps nothing of the exchange of keys, and can exchange new ones', async () => {
  const PrivateKey = generateKeyPairSync('x25519').privateKey.constructor as typeof KeyObject;
  const keys = (): number => queryObjects(PrivateKey, { format: 'count' });
  const server = await serve(asRoot);
  const connections = connectTo(server);
  const before = keys();
  await connections.node(ADDRESS, LOGIN, 'anyone');
  // Both sides are of this process, and the server keeps its own.
  expect(keys() - before).toBe(server.open());
  await server.rekey();
  const session = await connections.node(ADDRESS, LOGIN, 'anyone');
  expect((await session.read(sh`echo here`)).stdout).toBe('here\n');
  expect(connections.tally()).toEqual({ open: 1, opened: 1 });
});

it('offers host keys in one order, so that a node with several of them shows the pinned one', async () => {
  expect(await offeredHostKeys()).toBe(
    'ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256,ssh-rsa',
  );
});

/** What a client offers in its first packet: RFC 4253, 7.1. */
async function offeredHostKeys(): Promise<string | undefined> {
  const offered = Promise.withResolvers<string>();
  const server = createServer((socket) => {
    socket.write('SSH-2.0-test\r\n');
    let said = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      said += chunk;
      const list = /ssh-ed25519,[a-z0-9,-]*/.exec(said.slice(said.indexOf('curve25519')))?.[0];
      if (list === undefined || !said.includes('aes128')) return;
      offered.resolve(list);
      socket.destroy();
    });
  }).listen(0, ADDRESS);
  await once(server, 'listening');
  const connecting = connectTo(server.address() as AddressInfo).node(ADDRESS, LOGIN, 'anyone');
  const list = await offered.promise;
  server.close();
  await expect(connecting).rejects.toThrow();
  return list;
}

it('opens at most 6 channels at a time', async () => {
  const server = await serve(asRoot);
  const session = await connectTo(server).node(ADDRESS, LOGIN, 'anyone');
  const reads = await Promise.all(
    Array.from({ length: 20 }, (_, index) => session.read(sh`sleep 0.05; echo ${index}`)),
  );
  expect(reads.map(({ stdout }) => Number(stdout))).toEqual(Array.from({ length: 20 }, (_, index) => index));
  expect(server.sessions.most).toBe(6);
});

it('calls a closed port and a server that hangs up or says nothing unreachable', async () => {
  const closed = await startSshServer(() => true);
  await closed.close();
  await expect(connectTo(closed).node(ADDRESS, LOGIN, 'anyone')).rejects.toMatchObject({
    code: 'NodeUnreachable',
    details: { code: 'ECONNREFUSED' },
  });
  for (const behaviour of ['hangs up', 'says nothing'] as const) {
    const server = createServer((socket) => void (behaviour === 'hangs up' && socket.destroy())).listen(0, ADDRESS);
    await once(server, 'listening');
    const started = performance.now();
    await expect(
      connectTo(server.address() as AddressInfo, { connectTimeoutMs: 300 }).node(ADDRESS, LOGIN, 'anyone'),
    ).rejects.toMatchObject({
      code: 'NodeUnreachable',
    });
    expect(performance.now() - started).toBeLessThan(3_000);
    server.close();
  }
});

it('calls a server that hangs up during the login unreachable', async () => {
  let server: SshServer | undefined;
  server = await serve(() => {
    server?.drop();
    return false;
  });
  await expect(connectTo(server).node(ADDRESS, LOGIN, 'anyone')).rejects.toMatchObject({ code: 'NodeUnreachable' });
});

it('reports a connection lost in the middle, and connects again', async () => {
  const server = await serve(asRoot);
  const session = await connectTo(server).node(ADDRESS, LOGIN, 'anyone');
  const pieces: string[] = [];
  const gate = join(temporaryFolder(), 'gate');
  await session.installRunner(FENCE);
  const request = runRequest({
    command: sh`echo one; until [ -e ${gate} ]; do sleep 0.05; done; echo two`,
    onOutput: (chunk) => void pieces.push(String(chunk)),
  });
  const lost = expect(session.run(request)).rejects.toMatchObject({ code: 'ConnectionLost' });
  const lostRead = expect(session.read(sh`sleep 5`)).rejects.toMatchObject({ code: 'ConnectionLost' });
  await until(() => pieces.length === 1, 'the first line came');
  server.drop();
  await lost;
  await lostRead;
  writeFileSync(gate, '');
  expect(await session.run({ ...request, heard: { startedAt: 1, offset: 4 } })).toMatchObject({
    exitCode: 0,
    attached: true,
  });
  expect(pieces).toEqual(['one\n', 'two\n']);
});

it('gives up a read that takes too long, without losing the connection', async () => {
  const server = await serve(asRoot);
  const session = await connectTo(server).node(ADDRESS, LOGIN, 'anyone');
  await expect(session.read(sh`sleep 30`, { timeoutMs: 200 })).rejects.toMatchObject({ code: 'CommandTimedOut' });
  expect((await session.read(sh`echo on`)).stdout).toBe('on\n');
  await until(() => server.sessions.open === 0, 'the channel is given back');
});

it('frees the channel when the reader of the output fails', async () => {
  const server = await serve(asRoot);
  const session = await connectTo(server).node(ADDRESS, LOGIN, 'anyone');
  await session.installRunner(FENCE);
  const onOutput = () => {
    throw new Error('disk full');
  };
  await expect(session.run(runRequest({ command: sh`echo x; sleep 2`, onOutput }))).rejects.toThrow('disk full');
  await until(() => server.sessions.open === 0, 'the channel is given back');
});

it('reads a file byte for byte and says when it cannot', async () => {
  const server = await serve(asRoot);
  const session = await connectTo(server).node(ADDRESS, LOGIN, 'anyone');
  const path = join(directory, 'big');
  await session.read(sh`head -c 5000000 /dev/urandom >${path}`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of session.readFile(path)) chunks.push(chunk);
  const { stdout } = await session.read(sh`sha256sum <${path}`);
  expect(stdout.slice(0, 64)).toBe(createHash('sha256').update(Buffer.concat(chunks)).digest('hex'));
  const missing = async () => {
    for await (const chunk of session.readFile(`${path}.none`)) expect(chunk).toBeUndefined();
  };
  await expect(missing()).rejects.toMatchObject({ code: 'CommandFailed', details: { exitCode: 1 } });
});
