import { afterEach, beforeAll, expect, it } from 'vitest';
import { Secret } from '../../domain/secret.ts';
import type { Identity } from '../../ssh/connect/identity.ts';
import { type Connections, createConnections, sharedTries } from '../../ssh/connections.ts';
import { createVisit } from '../../ssh/visit.ts';
import { createIdentity } from '../support/create-identity.ts';
import { createKnownHosts } from '../support/known-hosts.ts';
import { type SshServer, startSshServer } from '../support/ssh-server.ts';
import { until } from '../support/until.ts';

const ADDRESS = '127.0.0.1';
const login = (password: string) => ({
  user: 'deploy',
  password: new Secret('user_password', password),
  rootPassword: undefined,
});

let identity: Identity;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  identity = await createIdentity();
});
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function serve(): Promise<SshServer> {
  const server = await startSshServer(({ method, ...attempt }) => {
    const password = 'password' in attempt ? attempt.password : '';
    return method === 'password' && password === 'right';
  });
  closing.push(() => server.close());
  return server;
}

const kept = (connections: Connections): Connections => {
  closing.push(() => connections.close());
  return connections;
};

it('shows a host key and pins none', async () => {
  const { port } = await serve();
  const hostKeys = createKnownHosts();
  const visit = createVisit({ identity, hostKeys, port });
  await kept(visit.connections).node(ADDRESS, login('right'), 'user');
  expect(visit.fingerprint(ADDRESS)).toMatch(/^SHA256:/);
  expect(hostKeys.pinned.size).toBe(0);
});

it('does not enter where another key is pinned', async () => {
  const { port } = await serve();
  const hostKeys = createKnownHosts();
  await hostKeys.pinHostKey(ADDRESS, 'SHA256:another');
  const { connections } = createVisit({ identity, hostKeys, port });
  await expect(kept(connections).node(ADDRESS, login('right'), 'user')).rejects.toMatchObject({
    code: 'HostKeyMismatch',
  });
  expect(hostKeys.shown.size).toBe(0);
});

it('lets no more wrong passwords through than one who stays', async () => {
  const server = await serve();
  const options = { identity, hostKeys: createKnownHosts(), port: server.port, tries: sharedTries() };
  const visitor = (): Connections => kept(createVisit(options).connections);
  for (const wrong of ['one', 'two'])
    await expect(visitor().node(ADDRESS, login(wrong), 'user')).rejects.toMatchObject({ code: 'AuthenticationFailed' });
  const shown = () => server.attempts.filter((attempt) => attempt === 'deploy password').length;
  expect(shown()).toBe(2);
  let waits = 0;
  const onWait = (): void => void (waits += 1);
  void visitor()
    .node(ADDRESS, login('three'), 'user', { onWait })
    .catch(() => undefined);
  void kept(createConnections(options))
    .node(ADDRESS, login('four'), 'user', { onWait })
    .catch(() => undefined);
  await until(() => waits >= 2, 'both wait');
  expect(shown()).toBe(2);
});
