import { DeploymentEngineError } from '../domain/errors.ts';
import { connect, type ConnectOptions } from './connect.ts';
import { type Connection, createConnection } from './connection.ts';
import { type Login, type LoginAs, type Rung, rungs } from './login.ts';

/** Climbs the ladder of logins until one gets in; throws `AuthenticationFailed` when none does. */
export async function climb(address: string, login: Login, as: LoginAs, options: ConnectOptions): Promise<Connection> {
  const ladder = rungs(login, as);
  for (const rung of ladder) {
    const client = await connect(address, rung, options);
    if (client !== undefined)
      return createConnection(address, client, { name: rung.account, password: login.password });
  }
  throw authenticationFailed(address, ladder);
}

function authenticationFailed(address: string, ladder: readonly Rung[]): DeploymentEngineError {
  const tried = ladder.map(({ account, withKey }) => `${account} (${withKey ? 'key and password' : 'password'})`);
  const message =
    `${address} accepts no login: tried ${tried.join(', ')}. Check the passwords; ` +
    'a stock sshd refuses a password for root: PermitRootLogin in sshd_config';
  return new DeploymentEngineError('AuthenticationFailed', message, {
    details: { node: address, accounts: ladder.map(({ account }) => account) },
  });
}
