import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuthContext } from 'ssh2';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import { Secret } from '../../domain/secret.ts';
import type { Identity } from '../../ssh/connect/identity.ts';
import { type ConnectionsOptions, createConnections } from '../../ssh/connections.ts';
import { createIdentity } from '../support/create-identity.ts';
import { createKnownHosts } from '../support/known-hosts.ts';
import { type SshServer, startSshServer } from '../support/ssh-server.ts';

export const ADDRESS = '127.0.0.1';
export const LOGIN = {
  user: 'deploy',
  password: new Secret('user_password', 'user-pw'),
  rootPassword: new Secret('root_password', 'root-pw'),
};

let identity: Identity;
export let directory: string;
export let knownHosts: ReturnType<typeof createKnownHosts>;
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

export const withPassword = (account: string, password: string) => (attempt: AuthContext) =>
  attempt.method === 'password' && attempt.username === account && attempt.password === password;
export const asRoot = withPassword('root', 'root-pw');
export const withKey = (attempt: AuthContext) =>
  attempt.method === 'publickey' &&
  attempt.username === 'deploy' &&
  attempt.key.data.toString('base64') === identity.publicKey.split(' ')[1];

export async function serve(...options: Parameters<typeof startSshServer>): Promise<SshServer> {
  const server = await startSshServer(...options);
  closing.push(() => server.close());
  return server;
}

export function connectTo(
  { port }: { readonly port: number },
  options: Partial<
    Pick<ConnectionsOptions, 'connectTimeoutMs' | 'idleMs' | 'keepaliveIntervalMs' | 'keepShellsMs'>
  > = {},
): ReturnType<typeof createConnections> {
  const connections = createConnections({ identity, hostKeys: knownHosts, port, directory, ...options });
  closing.push(() => connections.close());
  return connections;
}
