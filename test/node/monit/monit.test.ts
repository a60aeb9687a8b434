import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';

let root: string;
let process: ChildProcess | undefined;

const path = (name: string): string => join(root, name);
const pidFile = (): string => path('bosh/var/monit.pid');
const calls = (): string => (existsSync(path('calls')) ? readFileSync(path('calls'), 'utf8') : '');

/** The script as it is on nodes, with the monit of a system in whose place some shell text acts. */
function put(name: string): void {
  const content = readFileSync(fileURLToPath(new URL(`../../../node/monit/${name}`, import.meta.url)), 'utf8');
  writeFileSync(
    path(`bosh/bin/${name}`),
    content.replaceAll('/var/vcap', root).replace('/usr/bin/monit', path('real')),
  );
  chmodSync(path(`bosh/bin/${name}`), 0o755);
}

function run(script: string, ...words: string[]) {
  const { status, stdout } = spawnSync('dash', [path(`bosh/bin/${script}`), ...words], { encoding: 'utf8' });
  return { exitCode: status, stdout };
}

beforeEach(() => {
  root = temporaryFolder();
  for (const folder of ['bosh/bin', 'bosh/var', 'sys/run']) mkdirSync(path(folder), { recursive: true });
  writeFileSync(
    path('real'),
    `#!/bin/sh\n[ ! -e ${pidFile()} ] || pid=yes\necho "$* ${'${pid:-no}'}" >>${path('calls')}\n`,
  );
  chmodSync(path('real'), 0o755);
  put('monit');
  put('vcap-monit');
});
afterEach(() => process?.kill('SIGKILL'));

function runs(...words: [string, ...string[]]): string {
  process = spawn(words[0], words.slice(1));
  writeFileSync(pidFile(), `${process.pid}\n`);
  return String(process.pid);
}

const daemon = (): string => runs('sh', '-c', 'while :; do sleep 0.1; done', 'monit', '-c', path('bosh/etc/monitrc'));

describe('monit', () => {
  it('knows its daemon, and tells it everything', async () => {
    const pid = daemon();
    await until(() => run('monit', '--pid').stdout === `${pid}\n`, 'it is known');
    run('monit', 'start', 'nats');
    expect(calls()).toBe(`-c ${path('bosh/etc/monitrc')} start nats yes\n`);
  });

  it.each([
    ['a stranger', () => runs('sleep', '300')],
    [
      'the monit of somebody else',
      () => runs('sh', '-c', 'while :; do sleep 0.1; done', 'monit', '-c', '/etc/monitrc'),
    ],
    ['a dead process', () => writeFileSync(pidFile(), `${spawnSync('true').pid}\n`)],
    ['nothing', () => writeFileSync(pidFile(), '')],
    ['nonsense', () => writeFileSync(pidFile(), '../self\n')],
  ])('does not believe a pid file that names %s', (_case, prepare) => {
    prepare();
    expect(run('monit', '--pid')).toEqual({ exitCode: 1, stdout: '' });
    run('monit', 'quit');
    expect(calls()).toBe(`-c ${path('bosh/etc/monitrc')} quit no\n`);
  });
});

describe('at boot', () => {
  const old = (): string => path('sys/run/nats.pid');

  it.each<[string, ...string[]]>([['vcap-monit', 'start'], ['monit']])(
    'forgets the pid files of the time before, once, where %s is the first to start monit',
    (...first) => {
      writeFileSync(old(), '1\n');
      run(...first);
      expect(existsSync(old())).toBe(false);
      writeFileSync(old(), '1\n');
      run('monit');
      run('vcap-monit', 'start');
      expect(existsSync(old())).toBe(true);
      expect(calls()).toBe(`-c ${path('bosh/etc/monitrc')} no\n`.repeat(3));
    },
  );

  it('forgets none for an order', () => {
    writeFileSync(old(), '1\n');
    run('monit', 'start', 'nats');
    expect(existsSync(old())).toBe(true);
  });

  it('forgets none of a daemon that somebody has started otherwise', async () => {
    const pid = daemon();
    await until(() => run('monit', '--pid').stdout === `${pid}\n`, 'it is known');
    writeFileSync(old(), '1\n');
    run('vcap-monit', 'start');
    expect([existsSync(old()), existsSync(pidFile())]).toEqual([true, true]);
  });

  it('forgets none after a daemon of this boot has quit, whoever started it', async () => {
    const pid = daemon();
    await until(() => run('monit', '--pid').stdout === `${pid}\n`, 'it is known');
    writeFileSync(path('bosh/var/boot'), 'an-earlier-one\n');
    writeFileSync(old(), '1\n');
    run('monit', 'quit');
    process?.kill('SIGKILL');
    await until(() => run('monit', '--pid').exitCode === 1, 'it is gone');
    run('monit');
    expect(existsSync(old())).toBe(true);
  });

  it('keeps them, and starts monit, where it cannot note that it has', () => {
    mkdirSync(path('bosh/var/boot'));
    writeFileSync(old(), '1\n');
    run('vcap-monit', 'start');
    expect([existsSync(old()), calls()]).toEqual([true, `-c ${path('bosh/etc/monitrc')} no\n`]);
  });
});
