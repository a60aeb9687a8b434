import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

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
  ])('ends with 2 on %j', (words, message) => {
    const { status, stderr } = localBuild(words);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('ends with 3 where it cannot write', () => {
    const { status, stderr } = localBuild([], { DEPLOYMENT_ENGINE_CACHE_DIR: '/proc/engine' });
    expect([status, stderr]).toEqual([3, expect.stringContaining('cannot write to /proc/engine')]);
  });
});
