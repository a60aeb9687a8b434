import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { wantedFile } from '../../../activities/checks/wanted-file.ts';
import { installMonit } from '../../../activities/steps/install-monit.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { nodeContext, reasonsFor } from '../samples.ts';
import { factsOf, run, runChange } from '../shell.ts';
import { programs } from '../stand-in-programs.ts';

const MONIT = new URL('../../../node/monit/monit', import.meta.url);
const { monitFiles } = nodeContext();
const step = installMonit({ monitFiles });
const files = monitFiles.map(({ path, content, mode }) => wantedFile(path, content, mode));

const FILES = files.map(({ path, sha256 }) => `file=${sha256} 700 ${path}`).join('\n');
const answer = (...lines: string[]): string => lines.join('\n');

describe('what it changes', () => {
  it.each([
    ['nothing where monit runs', answer(FILES, 'user=yes', 'boot=yes', 'running=yes'), []],
    [
      'everything on a new node',
      answer('folder=jobs', 'folder=store'),
      [
        'no jobs, store in /var/vcap',
        '/var/vcap/bosh/etc/monitrc is missing',
        'monit has no password',
        'monit does not start at boot',
        'monit does not run',
      ],
    ],
    [
      'files of jobs that every account may read, which restarts nothing',
      answer(FILES, 'jobs=open', 'user=yes', 'boot=yes', 'running=yes'),
      ['every account may read the files of jobs'],
    ],
    ['a daemon that is down', answer(FILES, 'user=yes', 'boot=yes'), ['monit does not run']],
    [
      'a daemon whose file differs',
      answer(FILES.replace(/=[0-9a-f]/, '=x'), 'user=yes', 'boot=yes', 'running=yes'),
      ['/var/vcap/bosh/etc/monitrc differs', 'monit runs with older files'],
    ],
    [
      'a daemon that an attempt before has not restarted',
      answer(FILES, 'user=yes', 'boot=yes', 'running=yes', 'stale=yes'),
      ['monit runs with older files'],
    ],
    [
      'a daemon whose password is lost, which would refuse the new one',
      answer(FILES, 'boot=yes', 'running=yes'),
      ['monit has no password', 'monit runs with older files'],
    ],
  ])('%s', (_case, stdout, reasons) => {
    expect(reasonsFor(step, stdout)).toEqual(reasons);
  });
});

describe('on a node', () => {
  const root = temporaryFolder();
  const look = () => factsOf(step, { root });
  const put = (path: string, content: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content, { mode: 0o700 });
  };

  const daemon = spawn('sh', ['-c', 'while :; do sleep 0.1; done', 'monit', '-c', `${root}/var/vcap/bosh/etc/monitrc`]);
  afterAll(() => daemon.kill('SIGKILL'));
  const putMonit = (): void =>
    put('/var/vcap/bosh/bin/monit', readFileSync(MONIT, 'utf8').replaceAll('/var/vcap', `${root}/var/vcap`));

  it('finds what is there and what is not', () => {
    expect(look()).toMatchObject({ hasUser: false, startsAtBoot: false, isRunning: false, isStale: false });
    expect(look().missingFolders).toContain('bosh/instances');

    for (const folder of look().missingFolders) mkdirSync(join(root, 'var/vcap', folder), { recursive: true });
    for (const { path, content } of monitFiles) put(path, content);
    putMonit();
    put('/etc/rc2.d/S01vcap-monit', '');
    put('/var/vcap/bosh/var/monit.pid', `${process.pid}\n`);
    expect(look().isRunning).toBe(false);
    put('/var/vcap/bosh/var/monit.pid', `${daemon.pid}\n`);
    expect(look()).toMatchObject({ missingFolders: [], startsAtBoot: true, isRunning: true, isStale: false });
  });

  it('keeps the files of jobs for root and vcap alone', () => {
    // Who owns it is only said: the test machine has no vcap.
    const path = programs({
      getent: 'true',
      chown: `[ "$1" = root:vcap ] && echo root:vcap >"$2.owner"`,
      stat: '/usr/bin/stat -L -c "%a:$(cat "$4.owner" 2>/dev/null)" "$4"',
    });
    const jobs = join(root, 'var/vcap/data/jobs');
    const areOpen = () => factsOf(step, { root, path }).areJobsOpen;
    mkdirSync(jobs, { recursive: true });
    expect(areOpen()).toBe(true);
    const [closing] = step.changes({ ...look(), missingFolders: [], areJobsOpen: true });
    if (closing?.act.kind === 'command') runChange(closing.act.command, { root, path });
    expect(areOpen()).toBe(false);
    chmodSync(jobs, 0o755);
    expect(areOpen()).toBe(true);
  });

  it('finds a daemon that is older than its files', () => {
    putMonit();
    put('/var/vcap/bosh/var/monit.pid', `${daemon.pid}\n`);
    utimesSync(join(root, 'var/vcap/bosh/var/monit.pid'), 1_000, 1_000);
    expect(look()).toMatchObject({ isRunning: true, isStale: true });
  });

  it('finds a daemon that is older than its password, and no longer once it is started anew', () => {
    putMonit();
    put('/var/vcap/monit/monit.user', 'vcap:password\n');
    put('/var/vcap/bosh/var/monit.pid', `${daemon.pid}\n`);
    utimesSync(join(root, 'var/vcap/monit/monit.user'), 10_000_000_000, 10_000_000_000);
    expect(look()).toMatchObject({ isRunning: true, isStale: true });
    put('/etc/init.d/vcap-monit', `#!/bin/sh\necho ${daemon.pid} >${root}/var/vcap/bosh/var/monit.pid\n`);
    put('/var/vcap/bosh/bin/monit', '#!/bin/sh\n[ "$1" != --pid ]\n');
    const restart = step.changes(look()).at(-1);
    if (restart?.act.kind !== 'command') throw new Error('it is not started anew');
    expect(runChange(restart.act.command, { root }).exitCode).toBe(0);
    putMonit();
    expect(look()).toMatchObject({ isRunning: true, isStale: false });
  });

  it('gives monit a password of its own that nobody else can read', () => {
    const [wanted] = step
      .changes({ ...look(), hasUser: false })
      .filter(({ reason }) => reason === 'monit has no password');
    if (wanted?.act.kind !== 'command') throw new Error('no such change');
    const password = (): string => {
      if (wanted.act.kind === 'command') runChange(wanted.act.command, { root });
      return readFileSync(join(root, 'var/vcap/monit/monit.user'), 'utf8');
    };
    const first = password();
    expect(first).toMatch(/^vcap:[0-9a-f]{32}\n$/);
    expect(password()).not.toBe(first);
    expect(look().hasUser).toBe(true);
    expect(run({ text: `stat -c %a ${root}/var/vcap/monit/monit.user`, secrets: {} }).stdout).toBe('600\n');
  });
});
