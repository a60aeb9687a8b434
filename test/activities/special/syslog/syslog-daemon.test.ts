import { expect, it } from 'vitest';
import { syslogDaemon } from '../../../../activities/special/syslog/syslog-daemon.ts';
import { nodeContext, reasonsFor } from '../../samples.ts';

const step = syslogDaemon(nodeContext(), ['imrelp']);

it.each([
  ['is ready', 'rsyslogd=yes\nmodule=imrelp\naccount=yes\nservice=yes\n', []],
  ['lacks the account', 'rsyslogd=yes\nmodule=imrelp\nservice=yes\n', ['no account syslog']],
  ['runs no systemd', 'rsyslogd=yes\nmodule=imrelp\naccount=yes\n', ['rsyslog is not started at boot']],
])('makes what the jobs’ script takes for granted: the node %s', (_case, stdout, reasons) => {
  expect(reasonsFor(step, stdout)).toEqual(reasons);
});

it.each([
  ['account=yes\n', 'lacks rsyslogd, imrelp'],
  ['rsyslogd=yes\naccount=yes\n', 'lacks imrelp'],
])('refuses a node without the program or its module', (stdout, problem) => {
  expect(() => reasonsFor(step, stdout)).toThrow(problem);
});
