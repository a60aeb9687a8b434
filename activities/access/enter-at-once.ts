import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';
import type { Connections } from '../../ssh/connections.ts';
import type { Login, LoginAs } from '../../ssh/connect/login.ts';
import type { Care } from '../../ssh/connect/care.ts';
import type { NodeSession } from '../../ssh/node-session.ts';

interface Entering extends Pick<Care, 'since' | 'mayContinue'> {
  readonly connections: Pick<Connections, 'node'>;
  readonly address: string;
  readonly login: Login;
  readonly as: LoginAs;
  readonly signal: AbortSignal;
}

/**
 * Logs in for a caller who waits: a password that would have to wait is refused at once with `AuthenticationFailed`,
 * also later in the session; and once the signal is aborted no password is sent any more.
 */
export async function enterAtOnce({
  connections,
  address,
  login,
  as,
  signal,
  ...care
}: Entering): Promise<NodeSession> {
  const waits = new AbortController();
  const onWait = (ms: number): void =>
    waits.abort(
      new DeploymentEngineError(
        'AuthenticationFailed',
        phrase(
          '{address} has refused two passwords: no more are tried for {seconds} s, so that the account is not locked',
          { address, seconds: Math.ceil(ms / 1000) },
        ),
      ),
    );
  return connections.node(address, login, as, { ...care, onWait, signal: AbortSignal.any([signal, waits.signal]) });
}

/** The same connections for a caller who waits: each login works as in `enterAtOnce`. */
export const hurried = (connections: Connections, signal: AbortSignal): Connections => ({
  ...connections,
  node: (address, login, as, { since, mayContinue } = {}) =>
    enterAtOnce({ connections, address, login, as, since, mayContinue, signal }),
});
