import type { AnyAuthMethod, AuthenticationType, AuthHandlerMiddleware, ParsedKey } from 'ssh2';
import type { Secret } from '../../domain/secret.ts';

export interface Credentials {
  /** The account we install with; may be root. */
  readonly user: string;
  /** Undefined: it may not be shown to this node. */
  readonly password: Secret | undefined;
  readonly rootPassword: Secret | undefined;
}

export interface Login extends Credentials {
  /** From other revisions, the likeliest first: a node that has not seen a change yet still has them. */
  readonly others?: readonly Credentials[];
  /** The user is probably not there yet, and sshd would refuse it slowly: root's password is tried before the user's. */
  readonly isRootFirst?: boolean;
  /** The user gets our key when it is made: watchers show sshd no password, which would count as refused later. */
  readonly isWatchedByKey?: boolean;
}

/**
 * Who must log in: `anyone` who can, or the `user` of the login (then root is not tried). A `watcher` is a user that never
 * repeats what was refused in the last ten minutes.
 */
export type LoginAs = 'anyone' | 'user' | 'watcher';

/** An account, its login method, and the passwords it may have, the likeliest first. */
export interface LoginMethod {
  readonly account: string;
  readonly by: 'key' | 'password';
  readonly passwords: readonly Secret[];
}

/**
 * Our key first, also for users of other revisions: a refusal costs nothing. Then each account's own password, and only then
 * passwords of other revisions.
 */
export function loginMethods(login: Login, as: LoginAs): LoginMethod[] {
  const all: readonly Credentials[] = [login, ...(login.others ?? [])];
  const passwordsOf = (account: string): Secret[] => {
    const asUser = all.filter(({ user }) => user === account).flatMap(({ password }) => password ?? []);
    const asRoot = all.flatMap(({ rootPassword }) => rootPassword ?? []);
    return distinct(account === 'root' ? [...asUser, ...asRoot] : asUser);
  };
  const users = [...new Set(all.map(({ user }) => user))];
  const accounts = [login.user, ...(as === 'anyone' ? ['root'] : [])];
  const mayShow = as !== 'watcher' || login.isWatchedByKey !== true;
  const inOrder = login.isRootFirst === true ? accounts.toReversed() : accounts;
  const byPassword = [...new Set(inOrder)].map((account) => ({
    account,
    passwords: mayShow ? passwordsOf(account) : [],
  }));
  return [
    ...users.map((account) => ({ account, by: 'key' as const, passwords: passwordsOf(account) })),
    ...byPassword.map(({ account, passwords }) => ({
      account,
      by: 'password' as const,
      passwords: passwords.slice(0, 1),
    })),
    ...byPassword.map(({ account, passwords }) => ({
      account,
      by: 'password' as const,
      passwords: passwords.slice(1),
    })),
  ].filter(({ by, passwords }) => by === 'key' || passwords.length > 0);
}

const distinct = (secrets: readonly Secret[]): Secret[] => [
  ...new Map(secrets.map((secret) => [secret.reveal(), secret])).values(),
];

/** How an account authenticates to sshd. */
export type Proof = { readonly key: ParsedKey } | { readonly password: Secret };

export interface Authenticator {
  readonly handler: AuthHandlerMiddleware;
  /** The key or password has been shown to the server. */
  isShown(): boolean;
}

/**
 * Asks the server which methods it accepts, then shows the key or the password once. A server that prompts again after the
 * password wants a new one: `onDemand` gets its prompt, and no answer is given.
 */
export function authenticator(username: string, proof: Proof, onDemand: (words: string) => void): Authenticator {
  let isAsked = false;
  let isShown = false;
  const handler: AuthHandlerMiddleware = (offered: AuthenticationType[] | null, _partial, next) => {
    if (!isAsked) {
      isAsked = true;
      return next({ type: 'none', username });
    }
    const method = isShown ? undefined : methodFor(username, proof, { offered: offered ?? [], onDemand });
    if (method === undefined) return end(next);
    isShown = true;
    next(method);
  };
  return { handler, isShown: () => isShown };
}

// @types/ssh2 does not know that false ends the attempts.
const end = (next: unknown): void => (next as (noMore: false) => void)(false);

interface Offer {
  readonly offered: readonly string[];
  readonly onDemand: (words: string) => void;
}

function methodFor(username: string, proof: Proof, { offered, onDemand }: Offer): AnyAuthMethod | undefined {
  if ('key' in proof)
    return offered.includes('publickey') ? { type: 'publickey', username, key: proof.key } : undefined;
  const { password } = proof;
  if (offered.includes('password')) return { type: 'password', username, password: password.reveal() };
  if (!offered.includes('keyboard-interactive')) return undefined;
  let isAnswered = false;
  return {
    type: 'keyboard-interactive',
    username,
    prompt: (_name, instructions, _language, prompts, finish) => {
      if (prompts.length > 0 && isAnswered)
        return onDemand([instructions, ...prompts.map(({ prompt }) => prompt)].join(' '));
      isAnswered ||= prompts.length > 0;
      finish(prompts.map(() => password.reveal()));
    },
  };
}
