import { expect, it } from 'vitest';
import { quiesce } from '../../../activities/steps/quiesce.ts';
import { NATS, nodeContext, reasonsFor } from '../samples.ts';

const step = quiesce(nodeContext(), NATS);

const OLD = 'fingerprint=older\ninput=job nats f-older\n';
const WANTED = `fingerprint=${NATS.fingerprint}\n`;

/** What the node prints about the installed files, and about the processes. */
const answer = (files: string, processes: string): string =>
  [files, processes].map((part, index) => `${part}\n@@deployment-engine-check-end ${index} 0\n`).join('');

it.each([
  ['nothing is installed yet', '', '', []],
  ['all is stopped', OLD, 'nats not monitored\nforwarder not monitored\n', []],
  ['an operator has stopped it', OLD, 'nats stopped by operator\n', []],
  ['monit does not know it', OLD, 'nats unknown to monit\n', []],
  ['monit does not answer', OLD, 'nats monit does not answer\n', ['its files change']],
  ['it runs', OLD, 'nats running\nforwarder not monitored\n', ['its files change']],
  ['it fails', OLD, 'nats does not exist\n', ['its files change']],
  ['it is starting', OLD, 'nats initializing\n', ['its files change']],
  [
    'it runs on drifted files',
    `${WANTED}drifted=/var/vcap/jobs/nats/bin/ctl\n`,
    'nats running\n',
    ['its files change'],
  ],
  ['it runs and its files stay', WANTED, 'nats running\nforwarder running\n', []],
  ['it fails and its files stay', WANTED, 'nats does not exist\n', []],
])('stops an instance where need be: %s', (_case, files, processes, reasons) => {
  expect(reasonsFor(step, answer(files, processes))).toEqual(reasons);
});

it('refuses an answer that was cut off', () => {
  expect(() => reasonsFor(step, WANTED)).toThrow(/cut off/);
});

it('takes a look that was killed for no sign that all is stopped', () => {
  const killed = answer(OLD, '').replace(/ 1 0\n$/, ' 1 137\n');
  expect(() => reasonsFor(step, killed)).toThrow(/nothing is known of its processes/);
});

it('gives monit two minutes, and says so when the job does not stop', () => {
  const [stop] = step.changes({ processes: [{ name: 'nats', word: 'running' }], filesChange: true });
  expect(stop?.act).toMatchObject({
    command: { text: '/var/vcap/bosh/bin/instance stop nats_1 120' },
    long: true,
    failures: { 3: 'JobNotRunning', 4: 'JobNotRunning' },
    hopeless: 4,
  });
});
