import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { syslogOptions } from '../../../../activities/special/syslog/syslog-options.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { reasonsFor } from '../../samples.ts';

const step = syslogOptions();

it.each([
  ['8 or later', 'version=8\n', ['/var/vcap/bosh/bin/rsyslogd is missing']],
  ['before', 'version=7\n', []],
  ['none', '', []],
])('stands before rsyslogd of version %s', (_case, stdout, reasons) => {
  expect(reasonsFor(step, stdout)).toEqual(reasons);
});

it.each([
  ['-f a.conf -i a.pid -c 4 -x', '-f a.conf -i a.pid'],
  ['-c4 -f c -x', '-f c'],
  ['-n', '-n'],
])('starts it with the options it still has: %s', (given, passed) => {
  const [change] = step.changes({ files: new Map(), version: 8 });
  const content = change?.act.kind === 'upload' ? String(change.act.content) : '';
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'rsyslogd'), `#!/bin/sh\nprintf '%s\\n' "$*"\n`);
  chmodSync(join(folder, 'rsyslogd'), 0o755);
  const script = content.replace('/usr/sbin/rsyslogd', join(folder, 'rsyslogd'));
  expect(execFileSync('dash', ['-c', script, 'sh', ...given.split(' ')], { encoding: 'utf8' }).trim()).toBe(passed);
});
