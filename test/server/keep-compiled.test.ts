import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Two ways to call a command. */
const SCRIPT = [join(ROOT, 'DeploymentEngineServer')] as const;
const PROGRAM = [process.execPath, join(ROOT, 'server/call-command.ts')] as const;

/** Runs a command that only tells of itself. */
function call(
  [file, ...words]: readonly [string, ...string[]],
  { cacheDir, ...options }: { readonly cacheDir?: string; readonly home?: string; readonly cwd?: string },
): void {
  const { NODE_COMPILE_CACHE: _, DEPLOYMENT_ENGINE_CACHE_DIR: __, ...env } = process.env;
  const { home = env['HOME'], cwd } = options;
  execFileSync(file, [...words, 'token', '--help'], {
    cwd,
    env: { ...env, HOME: home, ...(cacheDir === undefined ? {} : { DEPLOYMENT_ENGINE_CACHE_DIR: cacheDir }) },
  });
}

const compiledIn = (cacheDir: string): string[] =>
  readdirSync(cacheDir, { recursive: true, encoding: 'utf8' }).filter((name) => name.startsWith('node/'));

describe.each([
  { name: 'the program', caller: PROGRAM },
  { name: 'the script', caller: SCRIPT },
])('$name of a command', ({ caller }) => {
  it('keeps what it has compiled in the cache', () => {
    const cacheDir = temporaryFolder();
    call(caller, { cacheDir });
    expect(compiledIn(cacheDir).length).toBeGreaterThan(10);
  });

  it('keeps it in the cache of the account', () => {
    const home = temporaryFolder();
    const cacheDir = join(home, '.cache/deployment-engine');
    mkdirSync(cacheDir, { recursive: true });
    call(caller, { home });
    expect(compiledIn(cacheDir).length).toBeGreaterThan(10);
  });

  it('takes a relative path from the folder where it is called', () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'cache'));
    call(caller, { cacheDir: 'cache', cwd });
    expect(compiledIn(join(cwd, 'cache')).length).toBeGreaterThan(10);
  });

  it('makes no cache', () => {
    const cacheDir = join(temporaryFolder(), 'cache');
    call(caller, { cacheDir });
    expect(existsSync(cacheDir)).toBe(false);
  });

  it.runIf(process.getuid?.() === 0)('leaves the cache of somebody else alone (needs root)', () => {
    const cacheDir = temporaryFolder();
    chownSync(cacheDir, 65_534, 65_534);
    call(caller, { cacheDir });
    expect(compiledIn(cacheDir)).toEqual([]);
  });
});

it('keeps the first modules too where the script is called', () => {
  const [byProgram, byScript] = [PROGRAM, SCRIPT].map((caller) => {
    const cacheDir = temporaryFolder();
    call(caller, { cacheDir });
    return compiledIn(cacheDir).length;
  }) as [number, number];
  expect(byScript).toBeGreaterThan(byProgram);
});
