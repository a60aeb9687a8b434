import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SCRIPT = path.resolve(import.meta.dirname, '../../local_build.sh');

const localBuild = (words: readonly string[], environment: Record<string, string> = {}) =>
  spawnSync(SCRIPT, words, { encoding: 'utf8', cwd: '/', env: { ...process.env, ...environment } });

describe('./local_build.sh', () => {
  it('explains itself and ends with 0', () => {
    const { status, stdout, stderr } = localBuild(['--help']);
    expect([status, stderr]).toEqual([0, '']);
    for (const option of [
      '--release RELEASE',
      '--blobs FOLDER',
      '--profile NAME',
      'DEPLOYMENT_ENGINE_CACHE_DIR',
      'Exit codes',
    ])
      expect(stdout).toContain(option);
  });

  it.each([
    [['--relaese', 'x'], 'unknown option --relaese'],
    [['--release'], '--release needs a value'],
    [['--release', '/nowhere/cf.tgz'], 'no file or folder that can be read: /nowhere/cf.tgz'],
    [['--blobs'], '--blobs needs a value'],
    [['--blobs', '/etc/passwd'], 'no such folder: /etc/passwd'],
    [['--blobs', '/etc'], '--blobs needs --release'],
    [['--sample', '--release', '/etc'], 'either --release or --sample'],
  ])('ends with 2 on %j', (words, message) => {
    const { status, stderr } = localBuild(words);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('ends with 3 where it cannot write', () => {
    const { status, stderr } = localBuild([], { DEPLOYMENT_ENGINE_CACHE_DIR: '/proc/engine' });
    expect([status, stderr]).toEqual([3, expect.stringContaining('cannot write to /proc/engine')]);
  });
});

/** An unpacked package in which Node only says what it is asked to run, beside which these files lie. */
function packageBeside(files: readonly string[]) {
  const around = temporaryFolder();
  const folder = path.join(around, 'engine');
  mkdirSync(path.join(folder, 'node_modules/.bin'), { recursive: true });
  mkdirSync(path.join(folder, 'temporal'));
  copyFileSync(SCRIPT, path.join(folder, 'local_build.sh'));
  writeFileSync(path.join(folder, 'MANIFEST.sha256'), '');
  for (const program of ['temporal/temporal', 'node_modules/.bin/node'])
    writeFileSync(path.join(folder, program), '#!/bin/sh\necho "node $*"\n', { mode: 0o755 });
  for (const file of files) writeFileSync(path.join(around, file), '');
  return (...words: string[]) => {
    const env = { ...process.env, DEPLOYMENT_ENGINE_CACHE_DIR: path.join(around, 'cache') };
    const { stdout } = spawnSync(path.join(folder, 'local_build.sh'), words, { encoding: 'utf8', cwd: '/', env });
    const calls = stdout.split('\n').filter((line) => line.startsWith('node mirror/build.ts'));
    return { stdout, release: calls.at(-1)?.replace('node mirror/build.ts', '').replaceAll(`${around}/`, '').trim() };
  };
}

describe('./local_build.sh of a package', () => {
  it.each([
    [['cf-170.tgz'], '--release cf-170.tgz'],
    [['cf-194.tgz', 'cf-160.tgz', 'cf-170.tgz'], '--release cf-170.tgz'],
    [['cf-194.tgz', 'cf-160.tgz'], '--release cf-194.tgz'],
    [['engine/cf-release-170.tgz'], '--release engine/cf-release-170.tgz'],
    [['cf-lite-170-0123456789ab.tgz', 'other.tgz'], ''],
    [[], ''],
  ])('with %j beside it takes in "%s"', (files, release) => {
    expect(packageBeside(files)().release).toBe(release);
  });

  it('takes the sample only when told to', () => {
    const run = packageBeside(['cf-170.tgz']);
    expect(run().stdout).not.toContain('sample');
    expect(run('--sample').release).toBe('--release node sample/build-release.ts');
  });

  it('installs no modules', () => {
    expect(packageBeside([])().stdout).toContain('npm modules: those of the package');
  });
});
