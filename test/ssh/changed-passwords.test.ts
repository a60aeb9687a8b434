import { expect, it } from 'vitest';
import { sh } from '../../domain/command.ts';
import { until } from '../support/until.ts';
import { accepted, ADDRESS, connect, credentials, echo, login, NEW, NEWEST, OLD, sudo } from './password-node.ts';

it('gets in with the password of an earlier revision until the new one is set, on the same connection', async () => {
  const { connections, server } = await connect();
  const session = await connections.node(ADDRESS, login(NEW, OLD), 'user');
  expect((await session.read(sh`echo here`)).stdout).toBe('here\n');
  sudo.setPassword(NEW);
  session.expectOwnPassword();
  expect((await session.read(sh`echo here`)).stdout).toBe('here\n');
  expect(sudo.wrong()).toEqual([NEW]);
  expect(server.connections()).toBe(1);
});

it('takes what a call is given, whatever the connection was opened with', async () => {
  const { connections } = await connect();
  expect(await echo(connections, login(OLD), 'user')).toBe('here\n');
  sudo.setPassword(NEW);
  expect(await echo(connections, login(NEW), 'user')).toBe('here\n');
  expect(sudo.wrong()).toEqual([]);
});

it('shows sudo one password and nothing else when it refuses', async () => {
  const { connections } = await connect();
  const error = { code: 'AuthenticationFailed', message: expect.stringMatching(/deploy.*sudo/) };
  await expect(echo(connections, login(NEW), 'user')).rejects.toMatchObject(error);
  expect(sudo.wrong()).toEqual([NEW]);
});

it('tries root when sudo refuses and anyone will do', async () => {
  const { connections, server } = await connect();
  accepted.rootPassword = 'root-secret';
  const session = await connections.node(ADDRESS, login(NEW), 'anyone');
  expect((await session.read(sh`echo here`)).stdout).toBe('here\n');
  expect(server.attempts.at(-1)).toBe('root password');
  // Root is in: what sudo refused is not shown to it again.
  await session.read(sh`true`);
  expect(sudo.wrong()).toEqual([NEW]);

  sudo.setPassword(NEW);
  expect(await echo(connections, login(NEW), 'user')).toBe('here\n');
});

it('waits before a third wrong password in the same minute', async () => {
  const { connections } = await connect(3_000);
  const begun = Date.now();
  expect(await echo(connections, login(NEWEST, NEW, OLD), 'user')).toBe('here\n');
  expect(sudo.wrong()).toEqual([NEWEST, NEW]);
  expect(Date.now() - begun).toBeGreaterThan(3_000);
});

it.each(['the login', 'a command of the session'])(
  'shows no further password for %s once nobody waits any more',
  async (what) => {
    const { connections } = await connect(60_000);
    const leave = new AbortController();
    const onWait = (): void => leave.abort(new Error('nobody waits'));
    const reading = async (): Promise<unknown> => {
      const care = what === 'the login' ? { signal: leave.signal, onWait } : { onWait };
      const session = await connections.node(ADDRESS, login(NEWEST, NEW, OLD), 'user', care);
      return session.read(sh`true`, what === 'the login' ? {} : { signal: leave.signal });
    };
    await expect(reading()).rejects.toThrow('nobody waits');
    expect(sudo.wrong()).toEqual([NEWEST, NEW]);
    await expect(reading()).rejects.toThrow('nobody waits');
    expect(sudo.wrong()).toEqual([NEWEST, NEW]);
  },
);

it('tells everybody who waits, also for the one who waits, how long it lasts', async () => {
  const { connections } = await connect(5_000);
  const told: number[][] = [[], [], []];
  const reading = (index: number) =>
    connections
      .node(ADDRESS, login(NEWEST, NEW, OLD), 'user', { onWait: (ms) => told[index]?.push(ms) })
      .then((session) => session.read(sh`true`));
  const together = [reading(0), reading(1)];
  await until(() => sudo.wrong().length === 2, 'two passwords were wrong');
  await until(() => told[0]?.length === 1, 'the first is told');
  await Promise.all([...together, reading(2)]);
  for (const [ms = 0] of told) expect(ms).toBeGreaterThan(0);
  expect(Math.max(...told.flat())).toBeLessThanOrEqual(5_000);
  // Nobody is told anything once a password was right.
  const before = told.flat().length;
  await reading(0);
  expect(told.flat()).toHaveLength(before);
});

it('shows nothing again that was refused since a given time, and then does not wait', async () => {
  const { connections, server } = await connect();
  accepted.keyAccounts = [];
  const since = Date.now();
  const entering = (care = {}) => connections.node(ADDRESS, login(NEW), 'anyone', care);
  await expect(entering()).rejects.toMatchObject({ code: 'AuthenticationFailed' });
  const passwords = () => server.attempts.filter((attempt) => attempt.endsWith(' password'));
  const shown = passwords();
  expect(shown).toHaveLength(2);
  await expect(entering({ since })).rejects.toMatchObject({ code: 'AuthenticationFailed' });
  expect(passwords()).toEqual(shown);
});

it('gives up waiting when the caller does', async () => {
  const { connections } = await connect();
  const session = await connections.node(ADDRESS, login(NEWEST, NEW, OLD), 'user');
  const abort = new AbortController();
  const reading = session.read(sh`true`, { signal: abort.signal });
  await until(() => sudo.wrong().length === 2, 'two passwords were wrong');
  abort.abort(new Error('cancelled'));
  await expect(reading).rejects.toThrow();
});

it('tries a wrong password once for callers that come together, and never again for a watcher', async () => {
  const { connections } = await connect();
  const all = await Promise.allSettled(Array.from({ length: 5 }, () => echo(connections, login(NEW), 'user')));
  expect(all.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'rejected'));
  expect(sudo.wrong()).toEqual([NEW]);
  await expect(echo(connections, login(NEW), 'watcher')).rejects.toMatchObject({ code: 'AuthenticationFailed' });
  expect(sudo.wrong()).toEqual([NEW]);
  sudo.setPassword(NEW);
  expect(await echo(connections, login(NEW), 'user')).toBe('here\n');
  expect(await echo(connections, login(NEW), 'watcher')).toBe('here\n');
});

it('works as the old user until the new one has our key', async () => {
  const { connections } = await connect();
  const renamed = { ...credentials(OLD, 'operator'), others: [credentials(OLD, 'deploy')] };
  expect((await connections.node(ADDRESS, renamed, 'anyone')).account).toBe('deploy');
  expect(await echo(connections, renamed, 'anyone')).toBe('here\n');
  accepted.keyAccounts.push('operator');
  const session = await connections.node(ADDRESS, renamed, 'user');
  expect([session.account, (await session.read(sh`echo here`)).stdout]).toEqual(['operator', 'here\n']);
  expect(sudo.wrong()).toEqual([]);
});

it("masks the node's words in a message, and leaves its own", async () => {
  const { connections } = await connect();
  sudo.refuse('canary: sorry');
  const message = `${ADDRESS}: deploy may not become root with sudo (********: sorry); check its password and sudo rights.`;
  await expect(echo(connections, login(OLD), 'user')).rejects.toMatchObject({ message });
});
