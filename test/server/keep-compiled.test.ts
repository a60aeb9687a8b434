import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CALL = join(import.meta.dirname, '../../server/call-command.ts');

/** Runs a command that only tells of itself. */
function call(cacheDir: string): void {
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  execFileSync(process.execPath, [CALL, 'token', '--help'], {
    env: { ...env, DEPLOYMENT_ENGINE_CACHE_DIR: cacheDir },
  });
}

const compiledIn = (cacheDir: string): string[] =>
  readdirSync(cacheDir, { recursive: true, encoding: 'utf8' }).filter((name) => name.startsWith('node/'));

it('keeps what a command has compiled in the cache', () => {
  const cacheDir = temporaryFolder();
  call(cacheDir);
  expect(compiledIn(cacheDir).length).toBeGreaterThan(10);
});

it('makes no cache', () => {
  const cacheDir = join(temporaryFolder(), 'cache');
  call(cacheDir);
  expect(existsSync(cacheDir)).toBe(false);
});

it.runIf(process.getuid?.() === 0)('leaves the cache of somebody else alone (needs root)', () => {
  const cacheDir = temporaryFolder();
  chownSync(cacheDir, 65_534, 65_534);
  call(cacheDir);
  expect(compiledIn(cacheDir)).toEqual([]);
});
