import ssh2, { type ParsedKey } from 'ssh2';
import { eitherSignal } from '../domain/own-machine/either-signal.ts';
import type { Secret } from '../domain/secret.ts';
import type { Care } from './connect/care.ts';
import type { HostKeys } from './connect/host-key.ts';
import type { Identity } from './connect/identity.ts';
import type { ShellWaits } from './connect/kept-shells.ts';
import { knock } from './connect/knock.ts';
import type { Login, LoginAs } from './connect/login.ts';
import type { NodeAccess } from './connect/node-access.ts';
import { type ConnectionTally, createNodeConnection, type NodeConnection } from './connect/node-connection.ts';
import { createPasswordTries, type PasswordTries } from './connect/password-tries.ts';
import { createNodeSession } from './create-node-session.ts';
import type { NodeSession } from './node-session.ts';
import { shownHostKey } from './shown-host-key.ts';

export interface ConnectionsOptions {
  readonly identity: Pick<Identity, 'privateKey'>;
  readonly hostKeys: HostKeys;
  /** Until the handshake is done; logging in may take four times as long. Default 5,000. */
  readonly connectTimeoutMs?: number;
  /**
   * Keepalive interval; a connection silent for four times as long counts as lost. Of more than 400 connections those that nobody
   * waits for are asked more seldom. Default 2,500.
   */
  readonly keepaliveIntervalMs?: number;
  /**
   * How long root's shells stay open for the next program, in milliseconds: logging in costs a node more than most programs.
   * One that waits alone stays ten times as long, ten minutes after its login at most. On nodes beyond the first 400 each stays for
   * a quarter of the time, since it costs memory. Default 0: a shell for each program.
   */
  readonly keepShellsMs?: number;
  /** A connection that nothing has used for so long closes, in milliseconds: its node may have left. Default 60,000. */
  readonly idleMs?: number;
  /** Default 22. */
  readonly port?: number;
  /** Limits wrong passwords per node. Default: for these connections alone, two a minute. */
  readonly tries?: TriesOf;
  /** How long a node's start-up files and sudo may take, in milliseconds. Default: 40,000. */
  readonly entryMs?: number;
  /** Hides secrets in what nodes say, before it becomes part of a message. Default: shows everything. */
  readonly mask?: (text: string) => Promise<string>;
  /** Where the runner lives on nodes; default `/var/lib/deployment-engine`. */
  readonly directory?: string;
  /** What nodes that are claimed keep of this machine. Default: nothing. */
  readonly controller?: object;
}

export type TriesOf = (address: string) => PasswordTries;

/** One limit per node, shared by everything that logs in there. `windowMs`: how long a wrong one counts; default a minute. */
export function sharedTries(windowMs?: number): TriesOf {
  const known = new Map<string, PasswordTries>();
  return (address) => {
    const tries = known.get(address) ?? createPasswordTries(windowMs);
    known.set(address, tries);
    return tries;
  };
}

/** Connections to all nodes: one per node, shared in this process. */
export interface Connections {
  /** Connects unless there is a connection; callers at the same time share one attempt. */
  node(address: string, login: Login, as: LoginAs, care?: Care): Promise<NodeSession>;
  /** Whether the node's SSH server sends anything within the time; does not log in. */
  answers(address: string, withinMs: number): Promise<boolean>;
  /** The host key that the node shows now, as OpenSSH prints it; not compared with the pinned one, and not pinned. */
  hostKey(address: string): Promise<string>;
  /** Nobody needs the node any more: what works there may end, then the connection closes. */
  forget(address: string): void;
  /** Closes every connection; what runs on the nodes runs on. */
  close(): Promise<void>;
}

export interface CountedConnections extends Connections {
  /** Of all nodes together. */
  tally(): ConnectionTally;
}

/** Nodes. */
const MANY = 400;

export function createConnections({
  identity: { privateKey },
  hostKeys,
  connectTimeoutMs = 5_000,
  keepaliveIntervalMs = 2_500,
  keepShellsMs = 0,
  idleMs = 60_000,
  port = 22,
  directory = '/var/lib/deployment-engine',
  mask = async (text) => text,
  controller,
  entryMs,
  tries = sharedTries(),
}: ConnectionsOptions): CountedConnections {
  const nodes = new Map<string, NodeConnection>();
  /** To nodes that are forgotten. */
  let openedBefore = 0;
  const options = {
    key: parsedKey(privateKey),
    hostKeys,
    port,
    connectTimeoutMs,
    idleMs,
    keepalive: { intervalMs: keepaliveIntervalMs, connections: () => nodes.size },
    mask,
  };
  const shellsOfNext = (): ShellWaits | undefined => {
    if (keepShellsMs === 0) return undefined;
    if (nodes.size < MANY) return { ofOne: keepShellsMs * 10, ofMore: keepShellsMs };
    return { ofOne: keepShellsMs / 4, ofMore: keepShellsMs / 4 };
  };
  const connectionTo = (address: string): NodeConnection => {
    const connection =
      nodes.get(address) ??
      createNodeConnection(address, { ...options, keepShells: shellsOfNext(), tries: tries(address) });
    nodes.set(address, connection);
    return connection;
  };

  return {
    async node(address, login, as, care) {
      const connection = connectionTo(address);
      if (as === 'anyone' && care?.mayContinue !== true) connection.closeShells();
      const { account } = await connection.open({ login, as, ...care });
      const enter: NodeAccess['enter'] = (begin, signal) =>
        connection.enter({ login, as, ...care, signal: eitherSignal(signal, care?.signal) }, begin);
      const expectOwnPassword = (): void => connection.expectPassword(login);
      return createNodeSession({ address, directory, controller, enter, entryMs, expectOwnPassword, mask }, account);
    },
    answers: (address, withinMs) => knock(address, port, withinMs),
    hostKey: (address) => shownHostKey(address, port, connectTimeoutMs),
    forget(address) {
      const connection = nodes.get(address);
      openedBefore += connection?.tally().opened ?? 0;
      connection?.retire();
      nodes.delete(address);
    },
    tally: () => {
      const tallies = [...nodes.values()].map((connection) => connection.tally());
      const sum = (of: keyof ConnectionTally): number => tallies.reduce((total, tally) => total + tally[of], 0);
      return { open: sum('open'), opened: openedBefore + sum('opened') };
    },
    async close() {
      await Promise.all([...nodes.values()].map((connection) => connection.close()));
      nodes.clear();
    },
  };
}

/** Parsed once: a connection keeps the key that it was opened with. */
function parsedKey(privateKey: Secret): ParsedKey {
  const key = ssh2.utils.parseKey(privateKey.reveal());
  if (key instanceof Error) throw key;
  return key;
}
