import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { calls, ENTRY, instance, put, root } from '../../support/monit-instance.ts';
import { ALL_STOPPED, FORWARDER_RUNS } from '../../support/monit-status.ts';

/** When this process started, in clock ticks since boot. */
const ownStart = (): number =>
  Number(
    readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')[19],
  );

it.each([
  ['ends starts that are under way', 0, 'launch --end /x'],
  ['leaves alone what only has the number of a start', 1, 'stop nats_stream_forwarder'],
])('a stop %s', (_name, later, last) => {
  put('bosh/bin/launch', `#!/bin/sh\necho "launch $*" >>${root}/calls\n`);
  put('bosh/instances/nats_0/monit/nats.monitrc', `${ENTRY}  start program "/jobs/f/bin/f_ctl start"\n`);
  put('status.xml', FORWARDER_RUNS);
  instance('start', 'nats_0', 'f1', '30');
  put('bosh/var/started-x', `${process.pid} ${ownStart() + later}\n`);
  put('status.xml', ALL_STOPPED);
  expect(instance('stop', 'nats_0', '30').exitCode).toBe(0);
  expect(calls().at(-1)).toBe(last);
});
