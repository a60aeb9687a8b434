import { expect, it } from 'vitest';
import { enterAtOnce, hurried } from '../../../activities/access/enter-at-once.ts';
import { aborted } from '../../../activities/boundary/aborted.ts';
import type { Login } from '../../../ssh/connect/login.ts';
import type { Connections } from '../../../ssh/connections.ts';

const ADDRESS = '10.10.101.181';
const LOGIN = {} as Login;

/** A node that lets nobody try another password for a while, and a connection that waits for that. */
const waiting = {
  node: (_address, _login, _as, care) => {
    care?.onWait?.(42_500);
    return aborted(care?.signal ?? new AbortController().signal);
  },
} as Pick<Connections, 'node'> as Connections;

const { signal } = new AbortController();
const refused = {
  code: 'AuthenticationFailed',
  message: `${ADDRESS} has refused two passwords: no more are tried for 43 s, so that the account is not locked`,
};

it('tells at once that a password would have to wait, and waits no longer', async () => {
  const entering = enterAtOnce({ connections: waiting, address: ADDRESS, login: LOGIN, as: 'anyone', signal });
  await expect(entering).rejects.toMatchObject(refused);
});

it('does so for whoever is given hurried connections', async () => {
  await expect(hurried(waiting, signal).node(ADDRESS, LOGIN, 'anyone')).rejects.toMatchObject(refused);
});

it('ends with its caller', async () => {
  const leave = new AbortController();
  const silent = { node: (_address, _login, _as, care) => aborted(care?.signal ?? signal) } as Pick<
    Connections,
    'node'
  > as Connections;
  const entering = hurried(silent, leave.signal).node(ADDRESS, LOGIN, 'user');
  leave.abort(new Error('nobody waits'));
  await expect(entering).rejects.toThrow('nobody waits');
});
