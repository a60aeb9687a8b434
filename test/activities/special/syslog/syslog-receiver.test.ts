import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reasonsOf } from '../../../../activities/attempt/run-step.ts';
import { receiverFiles } from '../../../../activities/special/syslog/syslog-receiver-files.ts';
import { syslogReceiver } from '../../../../activities/special/syslog/syslog-receiver.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { run } from '../../shell.ts';
import { programs } from '../../stand-in-programs.ts';

const step = syslogReceiver({
  instance: { id: 'syslog_aggregator/0', component: 'syslog_aggregator', address: '10.0.0.1', number: 0, index: 0 },
});
const FILES = receiverFiles('syslog_aggregator_0', 54_321);
const present = FILES.map(({ path, sha256, mode }) => `file=${sha256} ${mode.slice(1)} ${path}`);
const reasons = (...lines: string[]) =>
  reasonsOf(step.changes(step.check.parse({ exitCode: 0, stdout: lines.join('\n') })));

describe('the syslog receiver', () => {
  it('is left alone when its files are right', () => {
    expect(reasons(...present, 'receiver=running')).toEqual([]);
  });

  it('gets its files, the monit entry under the instance’s name, where there are none', () => {
    expect(reasons()).toEqual(FILES.map(({ path }) => `${path} is missing`));
    expect(FILES.map(({ path }) => path)).toContain(
      '/var/vcap/bosh/instances/syslog_aggregator_0/monit/syslog_receiver.monitrc',
    );
  });

  it('is stopped, for the start step to bring it up, when it runs on older files', () => {
    const [first = '', ...others] = present;
    expect(reasons(first.replace(/=\w+/, '=0'), ...others, 'receiver=running')).toEqual([
      '/var/vcap/bosh/etc/syslog_receiver.conf differs',
      'it runs on older files',
    ]);
  });

  it.each(FILES.filter(({ content }) => String(content).startsWith('#!')).map(({ path, content }) => [path, content]))(
    'is started and tidied by scripts that a shell understands: %s',
    (_path, content) => {
      const { status, stderr } = spawnSync('dash', ['-n'], { input: String(content), encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    },
  );

  it('is tidied as vcap, who may put links to files of root among its logs', () => {
    const tidy = FILES.find(({ path }) => path.startsWith('/etc/cron.daily/'));
    const path = programs({
      find: 'echo "found by ${AS:-root}: $*"',
      perl: '[ "$3" = vcap ] || exit 1; shift 3; AS=vcap exec "$@"',
    });
    const { stdout } = run({ text: String(tidy?.content), secrets: {} }, { path });
    expect(stdout.match(/^found by \w+: \S+/gm)).toEqual(Array(3).fill('found by vcap: /var/vcap/store/log'));
  });

  it('gives vcap its folder through no link', () => {
    const program = FILES.find(({ path }) => path.endsWith('/bin/syslog_receiver'));
    const root = temporaryFolder();
    mkdirSync(join(root, 'var/vcap/store'), { recursive: true });
    mkdirSync(join(root, 'etc'));
    symlinkSync(join(root, 'etc'), join(root, 'var/vcap/store/log'));
    const text = `set -- start\n${String(program?.content).replace(/^PATH=.*$/m, '')}`;
    const path = programs({ chown: 'echo "chown $*"', rsyslogd: 'echo started' });
    expect(run({ text, secrets: {} }, { root, path })).toEqual({
      exitCode: 1,
      stdout: `${root}/var/vcap/store/log is a link, and root does not follow links there; put a folder in its place\n`,
    });
  });
});
