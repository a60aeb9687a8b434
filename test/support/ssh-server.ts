import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { type AuthContext, type Connection, Server, type ServerChannel } from 'ssh2';

/** Says whether an attempt to log in succeeds. */
export type Accepts = (attempt: AuthContext) => boolean | Promise<boolean>;

export interface SshServer {
  readonly port: number;
  /** Every attempt to log in, as `account method`. */
  readonly attempts: string[];
  /** Connections made so far. */
  connections(): number;
  /** Connections open now. */
  open(): number;
  /** Sessions open now, and most at the same time. */
  readonly sessions: { open: number; most: number };
  /** Drops every connection without a word. */
  drop(): void;
  /** Exchanges new keys on every connection. */
  rekey(): Promise<unknown>;
  close(): Promise<void>;
}

const METHODS = ['publickey', 'password', 'keyboard-interactive'] as const;

export const newHostKey = (): string =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();

/** ssh2's own server on this machine: checks logins by `accepts`, carries commands out with the real shell, after its `startUp`. */
export async function startSshServer(
  accepts: Accepts,
  {
    hostKey = newHostKey(),
    port = 0,
    host = '127.0.0.1',
    offered = METHODS as readonly (typeof METHODS)[number][],
    startUp = '',
    mostSessions = 10,
  } = {},
): Promise<SshServer> {
  const attempts: string[] = [];
  const sessions = { open: 0, most: 0 };
  const open = new Set<Connection>();
  let connections = 0;

  const server = new Server({ hostKeys: [hostKey] }, (client) => {
    connections += 1;
    open.add(client);
    client.on('error', () => {});
    client.on('close', () => open.delete(client));
    client.on('authentication', (attempt) => {
      if (attempt.method !== 'none') attempts.push(`${attempt.username} ${attempt.method}`);
      void Promise.resolve(attempt.method !== 'none' && accepts(attempt)).then((isAccepted) => {
        if (isAccepted) attempt.accept();
        else attempt.reject([...offered]);
      });
    });
    client.on('session', (accept, reject) => {
      if (sessions.open >= mostSessions) return reject();
      sessions.open += 1;
      sessions.most = Math.max(sessions.most, sessions.open);
      const session = accept();
      session.on('exec', (acceptExec, _reject, { command }) =>
        carryOut(`${startUp}\n${command}`, acceptExec(), () => (sessions.open -= 1)),
      );
    });
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    attempts,
    connections: () => connections,
    open: () => open.size,
    sessions,
    drop: () => open.forEach((client) => (client as unknown as { _sock: { destroy(): void } })._sock.destroy()),
    rekey: () => Promise.all([...open].map((client) => promisify(client.rekey.bind(client))())),
    async close() {
      open.forEach((client) => client.end());
      server.close();
      await once(server, 'close');
    },
  };
}

function carryOut(command: string, channel: ServerChannel, done: () => void): void {
  const child = spawn('sh', ['-c', command], { detached: true });
  channel.pipe(child.stdin);
  child.stdin.on('error', () => {});
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  channel.on('close', () => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  });
  child.on('close', (code) => {
    done();
    channel.exit(code ?? 0);
    channel.end();
  });
}
