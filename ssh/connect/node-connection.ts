import { Secret } from '../../domain/secret.ts';
import { phrase } from '../../domain/text/text.ts';
import { protocolError } from '../node-errors.ts';
import { type Admission, admitted } from './admission.ts';
import { connect, type ConnectOptions } from './connect.ts';
import type { Entering } from './care.ts';
import { type Connection, createConnection } from './connection.ts';
import type { Keepalive } from './keepalive.ts';
import { type Credentials, type Proof, type LoginMethod, loginMethods } from './login.ts';
import type { Session } from './node-access.ts';
import type { PasswordTries } from './password-tries.ts';
import { authenticationFailed, isAboutTheAccount, type Refusal } from './refusal.ts';

/** How long a refused password is not shown again by watchers, or while another login works. */
const REFUSED_MS = 600_000;

const NO_PASSWORD = new Secret('no_password', '');

/** The one connection to a node, made when it is needed. */
export interface NodeConnection {
  /** Connects as the first account that may log in, unless there is a connection. */
  open(entering: Entering): Promise<Connection>;
  /** Starts something as root, through the first account that may. */
  enter<T>(entering: Entering, begin: (session: Session) => Promise<Admission<T>>): Promise<T>;
  /** The next program as root logs in anew. */
  closeShells(): void;
  /** The user's password from now on. */
  expectPassword(login: Credentials): void;
  tally(): ConnectionTally;
  /** Closes as soon as nothing uses it. */
  retire(): void;
  close(): Promise<void>;
}

export interface ConnectionTally {
  /** Connections that are open now. */
  readonly open: number;
  /** Connections that were ever opened. */
  readonly opened: number;
}

export interface NodeConnectionOptions extends ConnectOptions {
  readonly keepalive: Keepalive;
  readonly idleMs: number;
  /** Hides secrets in what the node says. */
  readonly mask: (text: string) => Promise<string>;
  /** Of this node; shared by all connections to it. */
  readonly tries: PasswordTries;
}

export function createNodeConnection(address: string, options: NodeConnectionOptions): NodeConnection {
  const { key, idleMs, keepalive, keepShells, mask, tries } = options;
  // By account; usually one, two while a node's accounts change.
  const connections = new Map<string, Connection>();
  const byKey = new Map<string, Promise<Admission<Connection>>>();
  let opened = 0;

  const openAs = (account: string): Connection | undefined => {
    const connection = connections.get(account);
    return connection?.isOpen() === true ? connection : undefined;
  };

  const logIn = async (account: string, proof: Proof): Promise<Admission<Connection>> => {
    const open = openAs(account);
    if (open !== undefined) return admitted(open);
    const admission = await connect(address, { account, proof }, options);
    if (admission.verdict !== 'admitted') return admission;
    const connection = createConnection(address, admission.value, account, {
      keepShells,
      idleMs,
      keepalive,
      // Its buffers stay for as long as it is held.
      onClose: () => void (connections.get(account) === connection && connections.delete(account)),
    });
    connections.set(account, connection);
    opened += 1;
    return admitted(connection);
  };

  /** Several callers share one attempt. */
  const attemptByKey = (account: string): Promise<Admission<Connection>> => {
    const attempt = byKey.get(account) ?? logIn(account, { key }).finally(() => void byKey.delete(account));
    byKey.set(account, attempt);
    return attempt;
  };

  /** One that fails and was begun before a caller came does not say how the node is now: it may have been away until then. */
  const logInByKey = (account: string, signal?: AbortSignal): Promise<Admission<Connection>> => {
    const earlier = byKey.get(account);
    if (earlier === undefined) return attemptByKey(account);
    return earlier.catch(() => {
      signal?.throwIfAborted();
      return attemptByKey(account);
    });
  };

  const logInBy = async ({ account, by, passwords }: LoginMethod, since: number, entering: Entering) => {
    const open = openAs(account);
    if (open !== undefined) return admitted(open);
    const { signal, onWait } = entering;
    if (by === 'key') return logInByKey(account, signal);
    return tries.attempt({ account, passwords, since, signal, onWait }, (password) => logIn(account, { password }));
  };

  type Use<T> = (connection: Connection, method: LoginMethod, since: number) => Promise<Admission<T>>;

  /** Calls back with each connection in turn until there is a result; returns the refusals when there is none. */
  const tryMethods = async <T>(entering: Entering, since: number, use: Use<T>) => {
    const { login, as } = entering;
    const methods = loginMethods(login, as);
    // For `anyone` an account that is logged in comes first.
    const isIn = ({ account }: LoginMethod): boolean => as === 'anyone' && openAs(account) !== undefined;
    const refusals: Refusal[] = [];
    const barred = new Set<string>();
    for (const method of [...methods.filter(isIn), ...methods.filter((each) => !isIn(each))]) {
      const { account, by } = method;
      if (barred.has(account)) continue;
      entering.signal?.throwIfAborted();
      const entry = await logInBy(method, since, entering);
      const result = entry.verdict === 'admitted' ? await use(entry.value, method, since) : entry;
      if (result.verdict === 'admitted') return { value: result.value, refusals };
      if (entry.verdict === 'admitted' || isAboutTheAccount(entry.said)) barred.add(account);
      refusals.push({
        ...result,
        said: await mask(result.said),
        account,
        where: entry.verdict === 'admitted' ? shellOf(account) : `login by ${by}`,
      });
    }
    return { refusals };
  };

  const logInAndUse = async <T>(entering: Entering, use: Use<T>): Promise<T> => {
    const start = entering.since ?? Date.now();
    const patient = await tryMethods(entering, entering.as === 'user' ? start : start - REFUSED_MS, use);
    if ('value' in patient) return patient.value;
    const wasSpared = patient.refusals.some(({ at = start }) => at < start);
    if (entering.as === 'watcher' || !wasSpared) throw authenticationFailed(address, patient.refusals);
    const again = await tryMethods(entering, start, use);
    if ('value' in again) return again.value;
    throw authenticationFailed(address, again.refusals);
  };

  const others = (account: string): Connection[] =>
    [...connections.values()].filter((connection) => connection.account !== account);

  /** Only sshd can refuse root; if its shell is silent for another reason, a retry may help. */
  const rootShell = async <T>(admission: Admission<T>): Promise<Admission<T>> => {
    if (admission.verdict === 'admitted' || isAboutTheAccount(admission.said)) return admission;
    const words = (await mask(admission.said)).trim() || 'nothing was said';
    throw protocolError(address, 'become root', phrase('the shell of root did not start ({words})', { words }));
  };

  return {
    open: (entering) => logInAndUse(entering, async (connection) => admitted(connection)),

    enter: (entering, begin) =>
      logInAndUse(entering, async ({ account, shells, execute }, { passwords }, since) => {
        const show = (password: Secret) => begin({ account: { name: account, password }, shells, execute });
        if (account === 'root') return rootShell(await show(NO_PASSWORD));
        const { signal, onWait } = entering;
        const admission = await tries.attempt({ account, passwords, since, signal, onWait }, show);
        if (admission.verdict === 'admitted' && account === entering.login.user)
          for (const other of others(account)) other.retire();
        return admission;
      }),

    closeShells() {
      for (const { shells } of connections.values()) shells?.close();
    },

    expectPassword: ({ user, password }) => {
      if (password !== undefined) tries.expect(user, password);
    },

    tally: () => ({ open: [...connections.values()].filter((each) => each.isOpen()).length, opened }),

    retire() {
      for (const connection of connections.values()) connection.retire();
    },

    async close() {
      await Promise.all([...byKey.values()].map((attempt) => attempt.catch(() => {})));
      for (const connection of connections.values()) connection.end();
    },
  };
}

const shellOf = (account: string): Refusal['where'] => (account === 'root' ? 'shell' : 'sudo');
