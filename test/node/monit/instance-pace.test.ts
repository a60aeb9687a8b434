import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  calls,
  HELD,
  instance,
  monit,
  NOTE_OF_ENDS,
  put,
  read,
  root,
  startWithPidFile,
  wakes,
} from '../../support/monit-instance.ts';
import { ALL_STOPPED, FORWARDER_RUNS, RUNNING, statusOf, STOPPED } from '../../support/monit-status.ts';

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

/** One program may ask ten times however long that takes, which is two seconds otherwise. */
const withoutHaste = (): void => put('bosh/bin/instance', read('bosh/bin/instance').replace('time - $^T < 2', '1'));

it('wakes monit once in ten looks while nothing happens to a start', () => {
  withoutHaste();
  answers(ALL_STOPPED, ...Array.from({ length: 30 }, () => PENDING));
  expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
  const wakes = calls().filter((call) => call.startsWith('daemon? after look '));
  expect(wakes.slice(0, 2)).toEqual(['daemon? after look 12', 'daemon? after look 22']);
});

it('asks monit ten times by one program while nothing happens', () => {
  withoutHaste();
  answers(ALL_STOPPED, ...Array.from({ length: 20 }, () => PENDING));
  put('bin/perl', read('bin/perl').replace('#!/bin/sh', `#!/bin/sh\necho perl >>${root}/calls`));
  expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
  // One look before the order, one soon after it, and two times ten.
  expect(asked()).toBe(22);
  expect(calls().filter((call) => call === 'perl')).toHaveLength(4);
});

describe('a stop that takes long', () => {
  const STOPPING = statusOf({ nats: STOPPED, nats_stream_forwarder: { monitor: 1, pending: 2 } });

  it('wakes monit seldom while the process lives, since each signal is a second of its patience', () => {
    monit('');
    startWithPidFile();
    const lives = spawn('sleep', ['300']);
    onTestFinished(() => void lives.kill('SIGKILL'));
    put('f.pid', `${lives.pid}\n`);
    put('status.xml', STOPPING);
    const before = wakes();
    expect(instance('stop', 'nats_0', '4').exitCode).toBe(3);
    expect(wakes() - before).toBeLessThanOrEqual(2);
  });

  it('ends in time although each answer takes a second', () => {
    answers(FORWARDER_RUNS, ...Array.from({ length: 20 }, () => STOPPING));
    put('bin/ask-monit', read('bin/ask-monit').replace('#!/bin/sh', '#!/bin/sh\nsleep 1'));
    expect(instance('stop', 'nats_0', '3').exitCode).toBe(3);
    expect(asked()).toBeLessThanOrEqual(7);
  });

  it('is not told as a process that dies again', () => {
    monit('');
    startWithPidFile();
    put(NOTE_OF_ENDS(), `0 0 0 1 ${Math.floor(Date.now() / 1000)}\n`);
    put('status.xml', STOPPING);
    expect(instance('stop', 'nats_0', '1').lines).toContain('nats_stream_forwarder action pending');
  });
});

it('does not ask monit about what is hidden from it', () => {
  answers(FORWARDER_RUNS);
  put('monit/stopped/nats_0.nats.monitrc', read('monit/job/nats_0.nats.monitrc'));
  rmSync(join(root, 'monit/job/nats_0.nats.monitrc'));
  expect(instance('status', 'nats_0').lines).toEqual(HELD);
  expect(asked()).toBe(0);
});
