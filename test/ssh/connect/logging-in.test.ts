import type { AuthContext } from 'ssh2';
import { expect, it } from 'vitest';
import { sh } from '../../../domain/command.ts';
import { newHostKey } from '../../support/ssh-server.ts';
import { ADDRESS, asRoot, connectTo, knownHosts, LOGIN, serve, withKey, withPassword } from '../ssh-node.ts';

it('tries our key first', async () => {
  const server = await serve(withKey);
  expect((await connectTo(server).node(ADDRESS, LOGIN, 'anyone')).account).toBe('deploy');
  expect(server.attempts[0]).toBe('deploy publickey');
  expect(server.attempts).not.toContain('deploy password');
});

it('falls back to the password of the user, then to root', async () => {
  const user = await serve(withPassword('deploy', 'user-pw'));
  expect((await connectTo(user).node(ADDRESS, LOGIN, 'anyone')).account).toBe('deploy');
  expect(user.attempts.at(-1)).toBe('deploy password');

  knownHosts.pinned.clear();
  const root = await serve(asRoot);
  expect((await connectTo(root).node(ADDRESS, LOGIN, 'anyone')).account).toBe('root');
  expect(root.attempts.slice(-2)).toEqual(['deploy password', 'root password']);
});

it('tries root before a user who is probably not there yet, and the user after it', async () => {
  const fresh = { ...LOGIN, isRootFirst: true };
  const root = await serve(asRoot);
  expect((await connectTo(root).node(ADDRESS, fresh, 'anyone')).account).toBe('root');
  expect(root.attempts).toEqual(['deploy publickey', 'root password']);

  knownHosts.pinned.clear();
  const user = await serve(withPassword('deploy', 'user-pw'));
  expect((await connectTo(user).node(ADDRESS, fresh, 'anyone')).account).toBe('deploy');
  expect(user.attempts).toEqual(['deploy publickey', 'root password', 'deploy password']);

  knownHosts.pinned.clear();
  const watched = await serve(() => false);
  await expect(connectTo(watched).node(ADDRESS, { ...LOGIN, isWatchedByKey: true }, 'watcher')).rejects.toMatchObject({
    code: 'AuthenticationFailed',
  });
  expect(watched.attempts).toEqual(['deploy publickey']);
});

it('answers keyboard-interactive where passwords are not offered', async () => {
  const accepts = async (attempt: AuthContext): Promise<boolean> => {
    if (attempt.method !== 'keyboard-interactive' || attempt.username !== 'root') return false;
    const answers = await new Promise<string[]>((resolve) => {
      attempt.prompt([{ prompt: 'Password: ', echo: false }], resolve);
    });
    return answers[0] === 'root-pw';
  };
  const server = await serve(accepts, { offered: ['publickey', 'keyboard-interactive'] });
  expect((await connectTo(server).node(ADDRESS, LOGIN, 'anyone')).account).toBe('root');
});

it('never tries root when the user is asked for', async () => {
  const server = await serve(asRoot);
  await expect(connectTo(server).node(ADDRESS, LOGIN, 'user')).rejects.toMatchObject({
    code: 'AuthenticationFailed',
    details: { accounts: ['deploy'] },
  });
  expect(server.attempts.some((attempt) => attempt.startsWith('root'))).toBe(false);
});

it('names the accounts and PermitRootLogin when nobody gets in', async () => {
  const server = await serve(() => false);
  const error = { code: 'AuthenticationFailed', message: expect.stringMatching(/deploy.*root.*PermitRootLogin/) };
  await expect(connectTo(server).node(ADDRESS, LOGIN, 'anyone')).rejects.toMatchObject(error);
});

it('replaces a connection of root when the user is asked for', async () => {
  let userExists = false;
  const server = await serve((attempt) => asRoot(attempt) || (userExists && withKey(attempt)));
  const connections = connectTo(server);
  const root = await connections.node(ADDRESS, LOGIN, 'anyone');
  const running = root.read(sh`sleep 0.3; echo done`);
  userExists = true;
  expect((await connections.node(ADDRESS, LOGIN, 'user')).account).toBe('deploy');
  expect((await connections.node(ADDRESS, LOGIN, 'anyone')).account).toBe('deploy');
  expect((await running).stdout).toBe('done\n');
  expect(server.connections()).toBe(4);
});

it('keeps the connection of root when the user cannot get in', async () => {
  const server = await serve(asRoot);
  const connections = connectTo(server);
  const root = await connections.node(ADDRESS, LOGIN, 'anyone');
  await expect(connections.node(ADDRESS, LOGIN, 'user')).rejects.toMatchObject({ code: 'AuthenticationFailed' });
  expect((await root.read(sh`echo here`)).stdout).toBe('here\n');
  expect(server.connections()).toBe(5);
});

it('pins the first host key and refuses any other', async () => {
  const server = await serve(asRoot);
  await connectTo(server).node(ADDRESS, LOGIN, 'anyone');
  expect(knownHosts.pinned.get(ADDRESS)).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);

  const impostor = await serve(() => true, { hostKey: newHostKey() });
  await expect(connectTo(impostor).node(ADDRESS, LOGIN, 'anyone')).rejects.toMatchObject({
    code: 'HostKeyMismatch',
    message: expect.stringContaining(`POST /deployment-engine/hosts/${ADDRESS}/trust`),
  });
  expect(impostor.attempts).toEqual([]);

  const shown = knownHosts.shown.get(ADDRESS) ?? '';
  expect(shown).toMatch(/^SHA256:/);
  knownHosts.pinned.set(ADDRESS, shown);
  await connectTo(impostor).node(ADDRESS, LOGIN, 'anyone');
});
