import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { sh } from '../../domain/command.ts';
import { awaitLock } from '../../activities/package-lock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { run } from './shell.ts';

const await_ = (root: string) =>
  run(
    sh`
    ${awaitLock}
    await_lock 1
    echo free`,
    { root },
  );

it.each(['lock', 'lock-frontend'])('names who holds dpkg’s %s, and is through once it is free', (name) => {
  const root = temporaryFolder();
  mkdirSync(join(root, 'var/lib/dpkg'), { recursive: true });
  // SQLite locks its files as dpkg does.
  const holder = new DatabaseSync(join(root, 'var/lib/dpkg', name));
  holder.exec('BEGIN EXCLUSIVE');
  const { exitCode, stdout } = await_(root);
  expect(exitCode).toBe(5);
  expect(stdout).toMatch(
    new RegExp(`^\nthe package lock is held by \\S+ \\(pid ${process.pid}\\); waiting until it is free\n$`),
  );

  holder.exec('COMMIT');
  expect(await_(root)).toEqual({ exitCode: 0, stdout: 'free\n' });
  holder.close();
});
