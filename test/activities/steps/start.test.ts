import { expect, it } from 'vitest';
import { start } from '../../../activities/steps/start.ts';
import { NATS, reasonsFor } from '../samples.ts';

const step = start(NATS, 90_500);

it.each([
  ['runs on these files', 'started=wanted-fingerprint\nnats running\n', []],
  ['was never started', 'started=\nnats not monitored\n', ['not started yet']],
  ['was never started, and monit knows nothing of it', 'started=\n', ['not started yet']],
  ['runs on older files', 'started=older\nnats running\n', ['runs on older files']],
  [
    'is down in part',
    'started=wanted-fingerprint\nnats running\nforwarder does not exist\nlog failed (monit status 512)\n',
    ['down: forwarder does not exist, log failed (monit status 512)'],
  ],
  [
    'was stopped by an operator',
    'started=older\nentries=outdated\nnats stopped by operator\nforwarder stopped by operator\n',
    ['stopped by operator'],
  ],
  [
    'runs by other monit entries',
    'started=wanted-fingerprint\nentries=outdated\nnats running\n',
    ['monit has other entries than were installed'],
  ],
  ['lost its monit entry', 'started=wanted-fingerprint\n', ['down: monit has no entry of it']],
])('an instance that %s', (_case, stdout, reasons) => {
  expect(reasonsFor(step, stdout)).toEqual(reasons);
});

it('lets monit have the deadline, in whole seconds, and the command a minute more', () => {
  const [change] = step.changes({ processes: [], started: undefined, isOutdated: true });
  expect(change?.act).toMatchObject({
    command: { text: '/var/vcap/bosh/bin/instance start nats_1 wanted-fingerprint 91' },
    timeoutMs: 150_500,
    failures: { 3: 'JobNotRunning', 4: 'JobNotRunning' },
    hopeless: 4,
  });
});
