import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  STOPPED,
  statusOf,
  FORWARDER_RUNS,
  ALL_STOPPED,
  root,
  ENTRY,
  put,
  monit,
  becomes,
  NO_ANSWER,
  calls,
  read,
  entriesInForce,
  instance,
  launchedBy,
  hasComeToLife,
  OBEYS,
  HELD,
  heldEntries,
} from '../../support/monit-instance.ts';
import { until } from '../../support/until.ts';

describe('stop', () => {
  it('tells what its stop program said of a process that lives on', async () => {
    launchedBy(`setsid sleep 300 & echo $! >${root}/f.pid`, { times: 1 });
    put('status.xml', FORWARDER_RUNS);
    instance('start', 'nats_0', 'f1', '30');
    await until(hasComeToLife, 'it has come to life');
    const pid = read('f.pid').trim();
    put(
      'monit/monit.log',
      "[2026] error    : 'nats_stream_forwarder' failed to stop (exit status 4) -- '/f stop': of old\n",
    );
    monit(
      `[ "$*" != 'stop nats_stream_forwarder' ] || { printf '%s\n' "[2026] info     : other" "[2026] error    : 'nats_stream_forwarder' failed to stop (exit status 4) -- '/f stop': cannot drain" 'no queue' '' "[2026] info     : other" >>${root}/monit/monit.log; ${becomes(ALL_STOPPED)}; }`,
    );
    expect(instance('stop', 'nats_0', '30')).toEqual({
      exitCode: 4,
      lines: [
        "'nats_stream_forwarder' failed to stop (exit status 4) -- '/f stop': cannot drain",
        'no queue',
        `process ${pid} lives on: sleep 300 `,
      ],
    });
    process.kill(Number(pid), 'SIGKILL');
  });

  it('stops every process and waits until none runs', () => {
    put('status.xml', FORWARDER_RUNS);
    monit(`[ "$*" != 'stop nats_stream_forwarder' ] || ${becomes(ALL_STOPPED)}`);
    expect(instance('stop', 'nats_0', '30')).toEqual({ exitCode: 0, lines: [] });
    expect(calls()).toEqual(['stop nats', 'stop nats_stream_forwarder']);
  });

  it('ends starts that are under way', () => {
    put('bosh/bin/launch', `#!/bin/sh\necho "launch $*" >>${root}/calls\n`);
    put('bosh/instances/nats_0/monit/nats.monitrc', `${ENTRY}  start program "/jobs/f/bin/f_ctl start"\n`);
    put('status.xml', FORWARDER_RUNS);
    instance('start', 'nats_0', 'f1', '30');
    put('status.xml', ALL_STOPPED);
    expect(instance('stop', 'nats_0', '30').exitCode).toBe(0);
    expect(calls().at(-1)).toBe('launch --end /x');
  });

  it('takes what monit does not answer about for running', () => {
    put('status.xml', FORWARDER_RUNS);
    monit(`[ "$*" != 'stop nats_stream_forwarder' ] || : >${root}/status.xml`);
    expect(instance('stop', 'nats_0', '1')).toEqual({
      exitCode: 3,
      lines: ['does not stop:', 'nats monit does not answer', 'nats_stream_forwarder monit does not answer'],
    });
    put('status.xml', '');
    expect(instance('stop', 'nats_0', '1')).toEqual({ exitCode: 3, lines: [NO_ANSWER.replace('ROOT', root)] });
  });

  it('says what does not stop', () => {
    put('status.xml', statusOf({ nats: STOPPED, nats_stream_forwarder: { monitor: 1, pending: 3 } }));
    expect(instance('stop', 'nats_0', '1')).toEqual({
      exitCode: 3,
      lines: ['does not stop:', 'nats not monitored', 'nats_stream_forwarder action pending'],
    });
  });

  it('has nothing to do for an instance that is not installed', () => {
    expect(instance('stop', 'uaa_0', '30')).toEqual({ exitCode: 0, lines: [] });
    expect(calls()).toEqual([]);
  });
});

describe('hold', () => {
  it('stops every process and keeps the entries from monit', () => {
    put('status.xml', FORWARDER_RUNS);
    const before = read('monit/job/nats_0.nats.monitrc');
    monit(OBEYS());
    expect(instance('hold', 'nats_0', '30')).toEqual({ exitCode: 0, lines: HELD });
    expect([entriesInForce(), heldEntries()]).toEqual([['nats_01.other.monitrc'], ['nats_0.nats.monitrc']]);
    expect(read('monit/stopped/nats_0.nats.monitrc')).toBe(before);
    expect(instance('status', 'nats_0').lines).toEqual(HELD);
    // Once more, it finds nothing to do.
    rmSync(join(root, 'calls'));
    expect(instance('hold', 'nats_0', '30').exitCode).toBe(0);
    expect(calls()).toEqual([]);
  });

  it('keeps the entries in force where a process does not stop', () => {
    put('status.xml', FORWARDER_RUNS);
    expect(instance('hold', 'nats_0', '1').exitCode).toBe(3);
    expect(entriesInForce()).toContain('nats_0.nats.monitrc');
    expect(instance('status', 'nats_0').lines[0]).toBe('nats running');
  });

  it('takes one whose entries were moved in part for one that is not stopped yet', () => {
    put('monit/stopped/nats_0.former.monitrc', 'check process former with pidfile /f\n');
    put('status.xml', ALL_STOPPED);
    expect(instance('status', 'nats_0').lines[0]).toBe('nats not monitored');
    expect(instance('hold', 'nats_0', '30').exitCode).toBe(0);
    expect(instance('status', 'nats_0').lines).toEqual(['former stopped by operator', ...HELD]);
  });

  it.each(['start', 'restart'])('is undone by a %s', (verb) => {
    put('bosh/instances/nats_0/installed', 'fingerprint f1\n');
    put('status.xml', FORWARDER_RUNS);
    monit(OBEYS());
    instance('hold', 'nats_0', '30');
    expect(instance(verb, 'nats_0', 'f1', '30').exitCode).toBe(0);
    expect(instance('status', 'nats_0').lines).toEqual(['nats running', 'nats_stream_forwarder running']);
    expect([entriesInForce(), heldEntries()]).toEqual([['nats_0.nats.monitrc', 'nats_01.other.monitrc'], []]);
    expect(instance('outdated', 'nats_0').exitCode).toBe(1);
  });
});
