import { expect, it } from 'vitest';
import { quiesce } from '../../activities/quiesce.ts';
import { NATS, reasonsFor } from './samples.ts';

const step = quiesce(NATS);

it.each([
  ['nothing is installed yet', '', []],
  ['all is stopped', 'nats not monitored\nforwarder not monitored\n', []],
  ['monit does not know it', 'nats unknown to monit\n', []],
  ['it runs', 'nats running\nforwarder not monitored\n', ['its files change']],
  ['it fails', 'nats does not exist\n', ['its files change']],
  ['it is starting', 'nats initializing\n', ['its files change']],
])('stops an instance where need be: %s', (_case, stdout, reasons) => {
  expect(reasonsFor(step, stdout)).toEqual(reasons);
});

it('gives monit two minutes, and says so when the job does not stop', () => {
  const [stop] = step.changes({ processes: [{ name: 'nats', word: 'running' }] });
  expect(stop?.act).toMatchObject({
    command: { text: '/var/vcap/bosh/bin/instance stop nats_1 120' },
    long: true,
    failures: { 3: 'JobNotRunning' },
  });
});
