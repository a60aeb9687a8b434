import type { AuthContext } from 'ssh2';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import { sh } from '../../domain/command.ts';
import { Secret } from '../../domain/secret.ts';
import type { Identity } from '../../ssh/connect/identity.ts';
import { type Connections, createConnections, sharedTries } from '../../ssh/connections.ts';
import { createIdentity } from '../support/create-identity.ts';
import { createKnownHosts } from '../support/known-hosts.ts';
import { type SshServer, startSshServer } from '../support/ssh-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createFakeSudo, type FakeSudo } from './fake-sudo.ts';

export const ADDRESS = '127.0.0.1';
export const [OLD, NEW, NEWEST] = ['old-secret-1', 'new-secret-2', 'newest-secret-3'];

export const login = (password: string, ...earlier: readonly string[]) => ({
  ...credentials(password),
  others: earlier.map((each) => credentials(each)),
});
export const credentials = (password: string, user = 'deploy') => ({
  user,
  password: new Secret('user_password', password),
  rootPassword: new Secret('root_password', 'root-secret'),
});

let identity: Identity;
export let sudo: FakeSudo;
/** Whom the node lets in. */
export const accepted: { rootPassword: string | undefined; keyAccounts: string[] } = {
  rootPassword: undefined,
  keyAccounts: [],
};
const path = process.env['PATH'] ?? '';
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  identity = await createIdentity();
});
beforeEach(() => {
  sudo = createFakeSudo(temporaryFolder());
  sudo.setPassword(OLD ?? '');
  accepted.rootPassword = undefined;
  accepted.keyAccounts = ['deploy'];
  process.env['PATH'] = `${sudo.folder}:${path}`;
});
afterEach(async () => {
  process.env['PATH'] = path;
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A node with our key, whose root has a password of its own or none that opens. */
export async function connect(
  wrongPasswordMs = 60_000,
  { startUp = '', ...slow }: { readonly startUp?: string; readonly entryMs?: number } = {},
): Promise<{ connections: Connections; server: SshServer }> {
  const accepts = (attempt: AuthContext): boolean =>
    attempt.method === 'publickey'
      ? accepted.keyAccounts.includes(attempt.username)
      : attempt.method === 'password' && attempt.username === 'root' && attempt.password === accepted.rootPassword;
  const server = await startSshServer(accepts, { startUp });
  const connections = createConnections({
    ...slow,
    identity,
    hostKeys: createKnownHosts(),
    port: server.port,
    tries: sharedTries(wrongPasswordMs),
    mask: async (text) => text.replaceAll('canary', '********'),
  });
  closing.push(
    () => server.close(),
    () => connections.close(),
  );
  return { connections, server };
}

export const echo = async (
  connections: Connections,
  ...[to, as]: [ReturnType<typeof login>, 'anyone' | 'user' | 'watcher']
) => (await (await connections.node(ADDRESS, to, as)).read(sh`echo here`)).stdout;
