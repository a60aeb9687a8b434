import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { awaitLock } from '../../../activities/packages/package-lock.ts';
import { sh } from '../../../domain/command.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { run } from '../shell.ts';

const awaitIn = (root: string, before = sh`:`) =>
  run(
    sh`
    ${awaitLock}
    ${before}
    await_lock 1
    echo free`,
    { root },
  );

/** Locks a file as dpkg and apt do, until it is told to let go. */
function hold(root: string, path: string): () => void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  // SQLite locks its files as they do.
  const holder = new DatabaseSync(join(root, path));
  holder.exec('BEGIN EXCLUSIVE');
  return () => holder.close();
}

const DPKG = ['var/lib/dpkg/lock', 'var/lib/dpkg/lock-frontend'];
const APT = ['var/lib/apt/lists/lock', 'var/cache/apt/archives/lock'];

it.each([...DPKG, ...APT])('names who holds %s, and is through once it is free', (path) => {
  const root = temporaryFolder();
  const letGo = hold(root, path);
  const { exitCode, stdout } = awaitIn(root);
  expect(exitCode).toBe(5);
  expect(stdout).toMatch(
    new RegExp(`^\nthe package lock is held by \\S+ \\(pid ${process.pid}\\); waiting until it is free\n$`),
  );

  letGo();
  expect(awaitIn(root)).toEqual({ exitCode: 0, stdout: 'free\n' });
});

it.each(APT)('does not wait for %s where our own apt has lists of its own', (path) => {
  const root = temporaryFolder();
  const letGo = hold(root, path);
  expect(awaitIn(root, sh`export APT_CONFIG=ours`)).toEqual({ exitCode: 0, stdout: 'free\n' });
  letGo();
});
