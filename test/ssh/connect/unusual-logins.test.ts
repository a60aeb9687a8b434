import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { connect, echo, login, OLD, sudo } from '../password-node.ts';

it('says that sudo asks for a terminal, and how to allow us without one', async () => {
  const { connections } = await connect();
  sudo.refuse('sudo: sorry, you must have a tty to run sudo');
  const error = { code: 'AuthenticationFailed', message: expect.stringContaining('Defaults:deploy !requiretty') };
  await expect(echo(connections, login(OLD), 'anyone')).rejects.toMatchObject(error);
  expect(sudo.wrong()).toEqual([]);
});

it('shows no password to start-up files that read standard input, and says whose they are', async () => {
  const read = join(temporaryFolder(), 'read');
  const { connections } = await connect(60_000, {
    startUp: `IFS= read -r line && echo "$line" >${read}`,
    entryMs: 500,
  });
  const error = { code: 'AuthenticationFailed', message: expect.stringContaining('the start-up files of deploy') };
  await expect(echo(connections, login(OLD), 'user')).rejects.toMatchObject(error);
  expect(existsSync(read)).toBe(false);
  expect(sudo.wrong()).toEqual([]);
});

it('waits for start-up files that are noisy and slow', async () => {
  const { connections } = await connect(60_000, { startUp: 'sleep 1; echo noise; echo noise >&2' });
  expect(await echo(connections, login(OLD), 'user')).toBe('here\n');
});
