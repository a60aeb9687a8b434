import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { calls, HELD, instance, put, read, root } from '../../support/monit-instance.ts';
import { ALL_STOPPED, FORWARDER_RUNS, RUNNING, statusOf } from '../../support/monit-status.ts';

const PENDING = statusOf({ nats: RUNNING, nats_stream_forwarder: { monitor: 0, pending: 6 } });
const INITIALIZING = statusOf({ nats: RUNNING, nats_stream_forwarder: { monitor: 2 } });

/** monit's first answers, one for each time that it is asked; the last until its daemon is woken, and then that all runs. */
function answers(...xmls: readonly string[]): void {
  xmls.forEach((xml, index) => put(`answer-${index + 1}.xml`, xml));
  put('running.xml', FORWARDER_RUNS);
  put(
    'bin/ask-monit',
    `#!/bin/sh
n=$(($(cat ${root}/asked) + 1))
echo $n >${root}/asked
[ $n -le ${xmls.length} ] || { [ -e ${root}/woken ] && exec cat ${root}/running.xml; n=${xmls.length}; }
exec cat ${root}/answer-$n.xml\n`,
  );
}

const asked = (): number => Number(read('asked'));

beforeEach(() => {
  put('asked', '0\n');
  // Whoever is about to wake the daemon asks for its process.
  put(
    'bosh/bin/monit',
    `#!/bin/sh
[ "$1" != --pid ] || { echo "daemon? after look $(cat ${root}/asked)" >>${root}/calls && exec sh ${root}/wrapper --pid; }
echo "$*" >>${root}/calls\n`,
  );
});

it('asks monit twice for a start that is done at once', () => {
  answers(FORWARDER_RUNS, FORWARDER_RUNS);
  expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
  expect(asked()).toBe(2);
});

it('wakes monit as soon as it is through with an action, not while it is at it', () => {
  answers(ALL_STOPPED, PENDING, PENDING, INITIALIZING);
  expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
  expect(calls().find((call) => call.startsWith('daemon?'))).toBe('daemon? after look 4');
});

it('wakes monit at most once in ten looks while nothing happens', () => {
  answers(ALL_STOPPED, ...Array.from({ length: 30 }, () => PENDING));
  expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
  const wakes = calls().filter((call) => call.startsWith('daemon? after look '));
  expect(wakes.slice(0, 2)).toEqual(['daemon? after look 12', 'daemon? after look 22']);
});

it('asks monit ten times by one program while nothing happens', () => {
  answers(ALL_STOPPED, ...Array.from({ length: 20 }, () => PENDING));
  put('bin/perl', read('bin/perl').replace('#!/bin/sh', `#!/bin/sh\necho perl >>${root}/calls`));
  expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
  // One look before the order, one soon after it, and two times ten.
  expect(asked()).toBe(22);
  expect(calls().filter((call) => call === 'perl')).toHaveLength(4);
});

it('does not ask monit about what is hidden from it', () => {
  answers(FORWARDER_RUNS);
  put('monit/stopped/nats_0.nats.monitrc', read('monit/job/nats_0.nats.monitrc'));
  rmSync(join(root, 'monit/job/nats_0.nats.monitrc'));
  expect(instance('status', 'nats_0').lines).toEqual(HELD);
  expect(asked()).toBe(0);
});
