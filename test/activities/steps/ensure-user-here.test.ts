import {
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inEnglish } from '../../../domain/text/text.ts';
import { scratchHome } from '../scratch-home.ts';
import { factsOf, runChange } from '../shell.ts';
import { stepFor } from './user-step.ts';

describe('the check, on this machine', () => {
  const facts = (user: string, password = 'secret') => {
    const { check } = stepFor({ user, password });
    return factsOf({ check });
  };
  const found = (user: string) => facts(user).accounts.find(({ name }) => name === user);

  it('reads accounts, shells and groups', () => {
    const { username, uid, gid, homedir, shell } = userInfo();
    expect(found(username)).toEqual({
      name: username,
      uid,
      gid,
      home: homedir,
      hasHome: true,
      shell,
      runsCommands: true,
    });
    expect(facts(username)).toMatchObject({ password: 'different', hasKey: false });
    expect(facts(username).groups).toContain(username);
    expect(found('nobody')).toMatchObject({ runsCommands: false, home: '/nonexistent', hasHome: false });
    expect(facts('no-such-user')).toMatchObject({ groups: [], password: 'different', hasKey: false });
    expect(found('no-such-user')).toBeUndefined();
  });

  it('tells a password that crypt does not take', () => {
    expect(facts('nobody', 'p'.repeat(1000)).password).toBe('too long');
    expect(facts('nobody', 'p'.repeat(255)).password).toBe('different');
  });
});

describe('our key in the home of an account', () => {
  function node() {
    const home = scratchHome();
    const step = stepFor({ user: home.user });
    const look = () => factsOf(step, home);
    const put = (): number => {
      const change = step.changes(look()).find(({ reason }) => inEnglish(reason).includes('our key'));
      return change?.act.kind === 'command' ? runChange(change.act.command, home).exitCode : -1;
    };
    return { ...home, look, put, keys: join(home.home, '.ssh/authorized_keys') };
  }

  it('is put into a home that has none yet, as the account', () => {
    const { look, put, keys, user } = node();
    expect([look().hasKey, put(), look().hasKey]).toEqual([false, 0, true]);
    const uid = userInfo().username === user ? userInfo().uid : statSync(join(keys, '../..')).uid;
    expect(statSync(keys)).toMatchObject({ uid, mode: 0o100_600 });
    expect(statSync(join(keys, '..'))).toMatchObject({ uid, mode: 0o40_700 });
  });

  it.skipIf(userInfo().uid !== 0)('is put into a file that root has made there', () => {
    const { look, put, keys, home } = node();
    mkdirSync(join(keys, '..'), { mode: 0o700 });
    writeFileSync(keys, 'ssh-rsa AAAA admin', { mode: 0o600 });
    expect([put(), look().hasKey, statSync(keys).uid]).toEqual([0, true, statSync(home).uid]);
    expect(readFileSync(keys, 'utf8')).toBe('ssh-rsa AAAA admin\nssh-rsa AAAA deployment-engine\n');
  });

  it.each(['.ssh', '.ssh/authorized_keys'])('is not written through the link %s of an account', (place) => {
    const { look, keys, home, own } = node();
    const target = join(home, 'target');
    if (place === '.ssh') mkdirSync(target);
    else {
      mkdirSync(join(home, '.ssh'));
      writeFileSync(target, 'shadow');
    }
    symlinkSync(target, join(home, place));
    if (userInfo().uid === 0) lchownSync(join(home, place), statSync(home).uid, statSync(home).gid);
    own(target);
    expect(() => stepFor({ user: 'x' }).changes(look())).toThrow(
      expect.objectContaining({ code: 'NodeUnfit', message: expect.stringContaining(`${place} is a link`) as string }),
    );
    expect(existsSync(keys) && readFileSync(keys, 'utf8').includes('deployment-engine')).toBe(false);
  });

  it.skipIf(userInfo().uid !== 0)('gives root away to no link that appears meanwhile', () => {
    const { put, keys, home } = node();
    const target = join(home, '..', 'of-root');
    writeFileSync(target, 'secret of root', { mode: 0o600 });
    chownSync(target, 0, 0);
    mkdirSync(join(keys, '..'));
    // Made by root, so that it is followed; what it leads to may still be written by root alone.
    symlinkSync(target, keys);
    expect(put()).not.toBe(0);
    expect([readFileSync(target, 'utf8'), statSync(target).uid]).toEqual(['secret of root', 0]);
  });
});
