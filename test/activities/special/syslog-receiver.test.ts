import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { reasonsOf } from '../../../activities/run-step.ts';
import { receiverFiles } from '../../../activities/special/syslog-receiver-files.ts';
import { syslogReceiver } from '../../../activities/special/syslog-receiver.ts';

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
});
