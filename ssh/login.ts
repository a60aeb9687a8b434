import type { AnyAuthMethod, AuthenticationType, AuthHandlerMiddleware } from 'ssh2';
import type { Secret } from '../domain/secret.ts';

export interface Login {
  /** Who we install as; may be root. */
  readonly user: string;
  readonly password: Secret;
  readonly rootPassword: Secret;
}

/** Who has to get in: anyone who can, or the user of the login (root is not tried then). */
export type LoginAs = 'anyone' | 'user';

/** One rung of the ladder: an account with what may open it, tried in order on one connection. */
export interface Rung {
  readonly account: string;
  readonly passwords: readonly Secret[];
  /** Our key is known to the user only. */
  readonly withKey: boolean;
}

export function rungs({ user, password, rootPassword }: Login, as: LoginAs): Rung[] {
  if (user === 'root') return [{ account: 'root', passwords: [password, rootPassword], withKey: true }];
  const own = { account: user, passwords: [password], withKey: true };
  return as === 'user' ? [own] : [own, { account: 'root', passwords: [rootPassword], withKey: false }];
}

/** Asks the server first what it accepts, then tries the key and each password once, in the way that is offered. */
export function authenticator({ account, passwords, withKey }: Rung, privateKey: Secret): AuthHandlerMiddleware {
  const tries: ((offered: readonly string[]) => AnyAuthMethod | undefined)[] = [
    () => ({ type: 'none', username: account }),
    ...(withKey ? [publicKey(account, privateKey)] : []),
    ...passwords.map((password) => passwordOrKeyboard(account, password)),
  ];
  return (offered: AuthenticationType[] | null, _partial, next) => {
    for (let attempt = tries.shift(); attempt !== undefined; attempt = tries.shift()) {
      const method = attempt(offered ?? []);
      if (method !== undefined) return next(method);
    }
    // @types/ssh2 leaves out that false ends the tries.
    return (next as unknown as (noMore: false) => void)(false);
  };
}

const publicKey = (username: string, privateKey: Secret) => (offered: readonly string[]) =>
  offered.includes('publickey') ? ({ type: 'publickey', username, key: privateKey.reveal() } as const) : undefined;

const passwordOrKeyboard =
  (username: string, password: Secret) =>
  (offered: readonly string[]): AnyAuthMethod | undefined => {
    if (offered.includes('password')) return { type: 'password', username, password: password.reveal() };
    if (!offered.includes('keyboard-interactive')) return undefined;
    return {
      type: 'keyboard-interactive',
      username,
      prompt: (_name, _instructions, _language, prompts, finish) => finish(prompts.map(() => password.reveal())),
    };
  };
