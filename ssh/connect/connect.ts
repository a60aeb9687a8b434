import { Client, type ConnectConfig, type ParsedKey } from 'ssh2';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';
import { type Admission, admitted } from './admission.ts';
import { type HostKeys, verifyHostKey } from './host-key.ts';
import type { ShellWaits } from './kept-shells.ts';
import { authenticator, type Proof } from './login.ts';

export interface ConnectOptions {
  readonly key: ParsedKey;
  readonly hostKeys: HostKeys;
  readonly port: number;
  readonly connectTimeoutMs: number;
  /** How long root's shells wait for the next program; undefined = a shell for each program. */
  readonly keepShells: ShellWaits | undefined;
}

/** A wrong password costs two seconds on a stock Linux, and some logins take ten. */
const LOGIN_TIME_FACTOR = 4;

// RFC 4253: the server ends the connection because of too many failed logins.
const DISCONNECT_PROTOCOL_ERROR = 2;
const DISCONNECT_NO_MORE_METHODS = 14;

/** The account that logs in, and its login method. */
export interface Applicant {
  readonly account: string;
  readonly proof: Proof;
}

/** Logs in as one account, with our key or one password. */
export function connect(
  address: string,
  { account, proof }: Applicant,
  options: ConnectOptions,
): Promise<Admission<Client>> {
  const { hostKeys, port, connectTimeoutMs } = options;
  const client = new Client();
  const result = Promise.withResolvers<Admission<Client>>();
  let badHostKey: unknown;
  let loggingIn = false;
  let words = '';

  const turnAway = (said: string): void => {
    const wrong = 'password' in proof && said === '' && login.isShown();
    result.resolve({ verdict: wrong ? 'wrong password' : 'refused', said });
  };
  const login = authenticator(account, proof, (demand) => {
    turnAway(demand);
    giveUp();
  });
  const giveUp = (cause?: unknown): void => {
    clearTimeout(timer);
    client.destroy();
    if (badHostKey !== undefined) result.reject(badHostKey);
    else if (loggingIn && (meansRefused(cause) || words !== '')) turnAway(words);
    else result.reject(unreachable(address, cause));
  };
  let timer = setTimeout(giveUp, connectTimeoutMs);

  client.once('handshake', () => {
    loggingIn = true;
    clearTimeout(timer);
    timer = setTimeout(giveUp, LOGIN_TIME_FACTOR * connectTimeoutMs);
  });
  // A message after the key or password is about the account: sshd says why it is refused, and hangs up.
  client.on('banner', (message) => {
    if (login.isShown()) words += message;
  });
  client.on('ready', () => {
    clearTimeout(timer);
    client.setNoDelay(true);
    forgetExchange(client);
    result.resolve(admitted(client));
  });
  client.on('error', giveUp);
  client.on('close', () => giveUp());

  // ssh2 has one offer for all who choose no algorithms of their own, with host keys in an order that never changes: a node with
  // several of them always shows the pinned one.
  const config: ConnectConfig = {
    host: address,
    port,
    username: account,
    readyTimeout: 0,
    authHandler: login.handler,
    hostVerifier: (key: Buffer, verified: (isKnown: boolean) => void) => {
      verifyHostKey(hostKeys, address, key).then(
        () => verified(true),
        (error: unknown) => {
          badHostKey = error;
          verified(false);
        },
      );
    },
  };
  client.connect(config);
  return result.promise;
}

/** ssh2 keeps the pair of keys, the secret made with them, and what else led to it, for as long as a connection lives. */
function forgetExchange(client: Client): void {
  const { _protocol: protocol } = client as unknown as { readonly _protocol?: { readonly _kex?: Exchange } };
  if (protocol?._kex === undefined) return;
  protocol._kex._keys = null;
  delete protocol._kex.finish;
}

interface Exchange {
  _keys?: unknown;
  finish?: unknown;
}

function meansRefused(cause: unknown): boolean {
  const { level, code } = (cause ?? {}) as { readonly level?: unknown; readonly code?: unknown };
  if (level === 'client-authentication') return true;
  return level === undefined && (code === DISCONNECT_PROTOCOL_ERROR || code === DISCONNECT_NO_MORE_METHODS);
}

export function unreachable(address: string, cause: unknown): DeploymentEngineError {
  const { code } = (cause ?? {}) as { readonly code?: unknown };
  const why = typeof code === 'string' ? code : cause instanceof Error ? cause.message : 'no answer in time';
  return new DeploymentEngineError(
    'NodeUnreachable',
    phrase('{address} cannot be reached by SSH ({why}); is it up?', { address, why }),
    {
      details: { node: address, ...(typeof code === 'string' ? { code } : {}) },
      cause,
    },
  );
}
