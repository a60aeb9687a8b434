import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
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

/** The account `nobody`; its group has another name. */
const NOBODY = 65_534;

/** An unpacked package in which Node only says what it is asked to run, beside which these files lie. */
function packageBeside(files: readonly string[]) {
  // A number in the path says nothing of a release.
  const around = path.join(temporaryFolder(), '170');
  const folder = path.join(around, 'engine');
  mkdirSync(path.join(folder, 'node_modules/.bin'), { recursive: true });
  mkdirSync(path.join(folder, 'temporal'));
  copyFileSync(SCRIPT, path.join(folder, 'local_build.sh'));
  writeFileSync(path.join(folder, 'MANIFEST.sha256'), '');
  for (const program of ['temporal/temporal', 'node_modules/.bin/node'])
    writeFileSync(path.join(folder, program), '#!/bin/sh\necho "node $*"\n', { mode: 0o755 });
  for (const file of files) writeFileSync(path.join(around, file), '');
  const run = (...words: string[]) => {
    const env = { ...process.env, DEPLOYMENT_ENGINE_CACHE_DIR: path.join(around, 'cache') };
    const options = { encoding: 'utf8', cwd: '/', env } as const;
    const { status, stdout, stderr } = spawnSync(path.join(folder, 'local_build.sh'), words, options);
    const calls = stdout.split('\n').filter((line) => line.startsWith('node mirror/build.ts'));
    return {
      status,
      stdout,
      stderr,
      release: calls.at(-1)?.replace('node mirror/build.ts', '').replaceAll(`${around}/`, '').trim(),
    };
  };
  return Object.assign(run, { around, folder });
}

describe('./local_build.sh of a package', () => {
  it.each([
    [['cf-170.tgz'], '--release cf-170.tgz'],
    [['cf-194.tgz', 'cf-160.tgz', 'cf-170.tgz'], '--release cf-170.tgz'],
    [['cf-194.tgz', 'cf-160.tgz'], '--release cf-194.tgz'],
    [['engine/cf-release-170.tgz'], '--release engine/cf-release-170.tgz'],
    [['engine/cf-160.tgz', 'cf-194.tar.gz'], '--release cf-194.tar.gz'],
    [['cf-1700.tgz', 'cf-194.tgz', 'cf-170.1.tgz'], '--release cf-170.1.tgz'],
    [['cf-lite-170-0123456789ab.tgz', 'other.tgz', 'cf-release-170.tgz.part'], ''],
    [[], ''],
  ])('with %j beside it takes in "%s"', (files, release) => {
    expect(packageBeside(files)().release).toBe(release);
  });

  it('says which of several it takes, and how to take another', () => {
    const run = packageBeside(['cf-194.tgz', 'cf-170.tgz', 'cf-160.tgz']);
    const others = ['cf-194.tgz', 'cf-160.tgz'].map((name) => path.join(run.around, name)).join(' ');
    expect(run().stdout).toContain(
      `release ${path.join(run.around, 'cf-170.tgz')}: chosen; --release takes another: ${others}\n`,
    );
    expect(packageBeside(['cf-170.tgz'])().stdout).not.toContain('chosen');
  });

  it('passes over none that it cannot read', () => {
    const run = packageBeside([]);
    symlinkSync('/nowhere/cf-170.tgz', path.join(run.around, 'cf-170.tgz'));
    const link = path.join(run.around, 'cf-170.tgz');
    expect(run()).toMatchObject({ status: 3, stderr: expect.stringContaining(`cannot read ${link}: its link leads`) });
  });

  it('takes the sample only when told to', () => {
    const run = packageBeside(['cf-170.tgz']);
    expect(run().stdout).not.toContain('sample');
    expect(run('--sample').release).toBe('--release node sample/build-release.ts');
  });

  it("installs no modules, and leaves the machine's own apt sources as they are", () => {
    const sources = () => spawnSync('find', ['/etc/apt', '-printf', '%p %s %T@\n'], { encoding: 'utf8' }).stdout;
    const before = sources();
    expect(packageBeside(['cf-170.tgz'])().stdout).toContain('npm modules: those of the package');
    expect([before, sources()]).toEqual([expect.stringContaining('/etc/apt/sources.list'), before]);
  });

  it('is no checkout without its manifest', () => {
    const run = packageBeside([]);
    rmSync(path.join(run.folder, 'MANIFEST.sha256'));
    writeFileSync(path.join(run.folder, 'package.json'), '{\n  "packagedCommit": "0123456"\n}\n');
    const { stdout, release } = run();
    expect([stdout, release]).toEqual([expect.stringContaining('node distribution/check-files.ts'), '']);
  });
});

describe.skipIf(process.getuid?.() !== 0)('./local_build.sh of root, in the cache of another account', () => {
  /** Its programs say who runs them. */
  function serviced(files: readonly string[] = []) {
    const run = packageBeside(files);
    const cache = path.join(run.around, 'cache');
    mkdirSync(cache);
    chownSync(cache, NOBODY, NOBODY);
    for (const each of [run.around, path.dirname(run.around)]) chmodSync(each, 0o755);
    mkdirSync(path.join(run.folder, 'mirror'));
    writeFileSync(path.join(run.folder, 'mirror/build.ts'), '');
    const node = path.join(run.folder, 'node_modules/.bin/node');
    writeFileSync(node, '#!/bin/sh\necho "node $*"\necho "as $(id -u):$(id -g) in $(ps -o sid= -p $$)"\n', {
      mode: 0o755,
    });
    return { run, cache };
  }

  it('leaves to that account all but the installation', () => {
    const { run } = serviced(['cf-170.tgz']);
    const { status, stdout, stderr, release } = run('--profile', 'debian-12');
    expect([status, stderr]).toEqual([0, '']);
    expect(release).toBe('--profile debian-12 --release cf-170.tgz');
    expect(stdout.match(/^as \S+/gm)?.filter((line) => line !== `as ${NOBODY}:${NOBODY}`)).toEqual([]);
    // A session of its own has no terminal into which it could type commands for root.
    const { stdout: session } = spawnSync('ps', ['-o', 'sid=', '-p', `${process.pid}`], { encoding: 'utf8' });
    expect(stdout).not.toMatch(new RegExp(`^as .* in +${session.trim()}$`, 'm'));
    expect(stdout.match(/Debian packages/g)).toHaveLength(1);
  });

  it('writes through no link that lies there', () => {
    const { run, cache } = serviced();
    const precious = path.join(run.around, 'precious');
    writeFileSync(precious, 'of root');
    for (const name of ['local_build.lock', 'local_build-apt.log', 'local_build-npm.log', 'mirror'])
      symlinkSync(precious, path.join(cache, name));
    const { status } = run();
    expect([readFileSync(precious, 'utf8'), lstatSync(precious).uid]).toEqual(['of root', 0]);
    expect(status).toBe(1);
  });

  it('gives it what root has copied there, but no test nodes', () => {
    const { run, cache } = serviced();
    for (const folder of ['mirror/blobs', 'nodes']) mkdirSync(path.join(cache, folder), { recursive: true });
    expect(run().status).toBe(0);
    const owners = ['mirror', 'mirror/blobs', 'nodes'].map((folder) => lstatSync(path.join(cache, folder)).uid);
    expect(owners).toEqual([NOBODY, NOBODY, 0]);
  });

  it('says what the account cannot read', () => {
    const { run } = serviced(['cf-170.tgz']);
    const release = path.join(run.around, 'cf-170.tgz');
    chmodSync(release, 0o600);
    expect(run()).toMatchObject({ status: 3, stderr: expect.stringContaining(`cannot read ${release}: put it where`) });
  });

  it('ends as that account does', () => {
    const { run } = serviced();
    const node = path.join(run.folder, 'node_modules/.bin/node');
    writeFileSync(node, '#!/bin/sh\ncase $* in *is-complete*) ;; *build.ts*) exit 3 ;; esac\n', { mode: 0o755 });
    expect(run().status).toBe(3);
  });
});
