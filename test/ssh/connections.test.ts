import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuthContext } from 'ssh2';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { sh } from '../../domain/command.ts';
import { Secret } from '../../domain/secret.ts';
import type { Identity } from '../../ssh/connect/identity.ts';
import { type Connections, createConnections } from '../../ssh/connections.ts';
import { createIdentity } from '../support/create-identity.ts';
import { createKnownHosts } from '../support/known-hosts.ts';
import { FENCE, runRequest } from '../support/run-request.ts';
import { newHostKey, type SshServer, startSshServer } from '../support/ssh-server.ts';
import { until } from '../support/until.ts';

vi.setConfig({ testTimeout: 30_000 });

const ADDRESS = '127.0.0.1';
const LOGIN = {
  user: 'deploy',
  password: new Secret('user_password', 'user-pw'),
  rootPassword: new Secret('root_password', 'root-pw'),
};

let identity: Identity;
let directory: string;
let knownHosts: ReturnType<typeof createKnownHosts>;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  identity = await createIdentity();
});
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ssh-'));
  knownHosts = createKnownHosts();
});
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
  rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

const withPassword = (account: string, password: string) => (attempt: AuthContext) =>
  attempt.method === 'password' && attempt.username === account && attempt.password === password;
const asRoot = withPassword('root', 'root-pw');
const withKey = (attempt: AuthContext) =>
  attempt.method === 'publickey' &&
  attempt.username === 'deploy' &&
  attempt.key.data.toString('base64') === identity.publicKey.split(' ')[1];

async function serve(...options: Parameters<typeof startSshServer>): Promise<SshServer> {
  const server = await startSshServer(...options);
  closing.push(() => server.close());
  return server;
}

function connectTo({ port }: { readonly port: number }, connectTimeoutMs = 5_000): Connections {
  const connections = createConnections({ identity, hostKeys: knownHosts, port, directory, connectTimeoutMs });
  closing.push(() => connections.close());
  return connections;
}

it('tries our key first', async () => {
  const server = await serve(withKey);
  expect((await connectTo(server).node(ADDRESS, LOGIN, 'anyone')).account).toBe('deploy');
  expect(server.attempts[0]).toBe('deploy publickey');
  expect(server.attempts).not.toContain('deploy password');
});

it('falls back to the password of the user, then to root', async () => {
  const user = await serve(withPassword('deploy', 'user-pw'));
  expect((await connectTo(user).node(ADDRESS, LOGIN, 'anyone')).account).toBe('deploy');
  expect(user.attempts.at(-1)).toBe('deploy password');

  knownHosts.pinned.clear();
  const root = await serve(asRoot);
  expect((await connectTo(root).node(ADDRESS, LOGIN, 'anyone')).account).toBe('root');
  expect(root.attempts.slice(-2)).toEqual(['deploy password', 'root password']);
});

it('tries root before a user who is probably not there yet, and the user after it', async () => {
  const fresh = { ...LOGIN, isRootFirst: true };
  const root = await serve(asRoot);
  expect((await connectTo(root).node(ADDRESS, fresh, 'anyone')).account).toBe('root');
  expect(root.attempts).toEqual(['deploy publickey', 'root password']);

  knownHosts.pinned.clear();
  const user = await serve(withPassword('deploy', 'user-pw'));
  expect((await connectTo(user).node(ADDRESS, fresh, 'anyone')).account).toBe('deploy');
  expect(user.attempts).toEqual(['deploy publickey', 'root password', 'deploy password']);

  knownHosts.pinned.clear();
  const watched = await serve(() => false);
  await expect(connectTo(watched).node(ADDRESS, { ...LOGIN, isWatchedByKey: true }, 'watcher')).rejects.toMatchObject({
    code: 'AuthenticationFailed',
  });
  expect(watched.attempts).toEqual(['deploy publickey']);
});

it('answers keyboard-interactive where passwords are not offered', async () => {
  const accepts = async (attempt: AuthContext): Promise<boolean> => {
    if (attempt.method !== 'keyboard-interactive' || attempt.username !== 'root') return false;
    const answers = await new Promise<string[]>((resolve) => {
      attempt.prompt([{ prompt: 'Password: ', echo: false }], resolve);
    });
    return answers[0] === 'root-pw';
  };
  const server = await serve(accepts, { offered: ['publickey', 'keyboard-interactive'] });
  expect((await connectTo(server).node(ADDRESS, LOGIN, 'anyone')).account).toBe('root');
});

it('never tries root when the user is asked for', async () => {
  const server = await serve(asRoot);
  await expect(connectTo(server).node(ADDRESS, LOGIN, 'user')).rejects.toMatchObject({
    code: 'AuthenticationFailed',
    details: { accounts: ['deploy'] },
  });
  expect(server.attempts.some((attempt) => attempt.startsWith('root'))).toBe(false);
});

it('names the accounts and PermitRootLogin when nobody gets in', async () => {
  const server = await serve(() => false);
  const error = { code: 'AuthenticationFailed', message: expect.stringMatching(/deploy.*root.*PermitRootLogin/) };
  await expect(connectTo(server).node(ADDRESS, LOGIN, 'anyone')).rejects.toMatchObject(error);
});

it('replaces a connection of root when the user is asked for', async () => {
  let userExists = false;
  const server = await serve((attempt) => asRoot(attempt) || (userExists && withKey(attempt)));
  const connections = connectTo(server);
  const root = await connections.node(ADDRESS, LOGIN, 'anyone');
  const running = root.read(sh`sleep 0.3; echo done`);
  userExists = true;
  expect((await connections.node(ADDRESS, LOGIN, 'user')).account).toBe('deploy');
  expect((await connections.node(ADDRESS, LOGIN, 'anyone')).account).toBe('deploy');
  expect((await running).stdout).toBe('done\n');
  expect(server.connections()).toBe(4);
});

it('keeps the connection of root when the user cannot get in', async () => {
  const server = await serve(asRoot);
  const connections = connectTo(server);
  const root = await connections.node(ADDRESS, LOGIN, 'anyone');
  await expect(connections.node(ADDRESS, LOGIN, 'user')).rejects.toMatchObject({ code: 'AuthenticationFailed' });
  expect((await root.read(sh`echo here`)).stdout).toBe('here\n');
  expect(server.connections()).toBe(5);
});

it('pins the first host key and refuses any other', async () => {
  const server = await serve(asRoot);
  await connectTo(server).node(ADDRESS, LOGIN, 'anyone');
  expect(knownHosts.pinned.get(ADDRESS)).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);

  const impostor = await serve(() => true, { hostKey: newHostKey() });
  await expect(connectTo(impostor).node(ADDRESS, LOGIN, 'anyone')).rejects.toMatchObject({
    code: 'HostKeyMismatch',
    message: expect.stringContaining(`POST /deployment-engine/hosts/${ADDRESS}/trust`),
  });
  expect(impostor.attempts).toEqual([]);

  const shown = knownHosts.shown.get(ADDRESS) ?? '';
  expect(shown).toMatch(/^SHA256:/);
  knownHosts.pinned.set(ADDRESS, shown);
  await connectTo(impostor).node(ADDRESS, LOGIN, 'anyone');
});

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
  const connections = createConnections({ identity, hostKeys: knownHosts, port: server.port, directory });
  expect(connections.tally()).toEqual({ open: 0, opened: 0 });
  await connections.node(ADDRESS, LOGIN, 'anyone');
  await connections.node(ADDRESS, LOGIN, 'anyone');
  expect(connections.tally()).toEqual({ open: 1, opened: 1 });
  await connections.close();
  expect(connections.tally()).toEqual({ open: 0, opened: 0 });
});

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
    await expect(connectTo(server.address() as AddressInfo, 300).node(ADDRESS, LOGIN, 'anyone')).rejects.toMatchObject({
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
  await session.installRunner(FENCE);
  const request = runRequest({
    command: sh`echo one; sleep 1; echo two`,
    onOutput: (chunk) => void pieces.push(String(chunk)),
  });
  const lost = expect(session.run(request)).rejects.toMatchObject({ code: 'ConnectionLost' });
  const lostRead = expect(session.read(sh`sleep 5`)).rejects.toMatchObject({ code: 'ConnectionLost' });
  await until(() => pieces.length === 1, 'the first line came');
  server.drop();
  await lost;
  await lostRead;
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
