import { type ChildProcess, execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  becomes,
  calls,
  entriesInForce,
  hasComeToLife,
  HELD,
  heldEntries,
  instance,
  isAlive,
  launchedBy,
  monit,
  noAnswer,
  OBEYS,
  put,
  read,
  root,
} from '../../support/monit-instance.ts';
import { ALL_STOPPED, FORWARDER_RUNS, statusOf, STOPPED } from '../../support/monit-status.ts';
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
        `process ${pid} still runs: sleep 300 `,
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

  it('waits as long as it is told to, whoever sets the clock meanwhile', () => {
    put('status.xml', FORWARDER_RUNS);
    put('later', '1700000000');
    put('bin/date', `#!/bin/sh\nread -r later <${root}/later\necho $((later + 3600)) | tee ${root}/later\n`);
    put('stopped.xml', ALL_STOPPED);
    // monit takes its time: five looks.
    put(
      'bin/ask-monit',
      `#!/bin/sh\necho asked >>${root}/asked\n[ $(wc -l <${root}/asked) -lt 5 ] || cp ${root}/stopped.xml ${root}/status.xml\nexec cat ${root}/status.xml\n`,
    );
    monit('');
    expect(instance('stop', 'nats_0', '30')).toEqual({ exitCode: 0, lines: [] });
  });

  it('takes what monit does not answer about for running', () => {
    put('status.xml', FORWARDER_RUNS);
    monit(`[ "$*" != 'stop nats_stream_forwarder' ] || : >${root}/status.xml`);
    expect(instance('stop', 'nats_0', '1')).toEqual({ exitCode: 3, lines: [noAnswer()] });
    put('status.xml', '');
    expect(instance('stop', 'nats_0', '1')).toEqual({ exitCode: 3, lines: [noAnswer()] });
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

/** A process of a job that has lost its parent; its number. */
async function orphan(name: string): Promise<number> {
  const script = 'setsid sh -c "while :; do sleep 0.2; done" "$0" </dev/null >/dev/null 2>&1 & echo $!';
  const { stdout } = await promisify(execFile)('sh', ['-c', script, name]);
  const pid = Number(stdout);
  onTestFinished(() => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  });
  return pid;
}

const lives = (pid: number): boolean => existsSync(`/proc/${pid}`) && isAlive({ pid } as ChildProcess);

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

  it.each([
    ['taken away', () => rmSync(join(root, 'monit/job/nats_0.nats.monitrc'))],
    [
      'moved aside as of one that is stopped',
      () => renameSync(join(root, 'monit/job/nats_0.nats.monitrc'), join(root, 'monit/stopped/nats_0.nats.monitrc')),
    ],
  ])('ends what lives on although its entries were %s', async (_how, harm) => {
    put('status.xml', ALL_STOPPED);
    mkdirSync(join(root, 'monit/stopped'), { recursive: true });
    harm();
    const lost = await orphan(join(root, 'jobs/nats/bin/server'));
    expect(instance('hold', 'nats_0', '30')).toMatchObject({ exitCode: 0, lines: expect.arrayContaining(HELD) });
    expect(lives(lost)).toBe(false);
    expect(instance('status', 'nats_0').lines).toEqual(HELD);
  });

  it('stops what monit watches yet, although its entries were taken away', () => {
    put('status.xml', FORWARDER_RUNS);
    monit(OBEYS());
    rmSync(join(root, 'monit/job/nats_0.nats.monitrc'));
    expect(instance('hold', 'nats_0', '30')).toEqual({ exitCode: 0, lines: HELD });
    expect(calls()).toEqual(['stop nats', 'stop nats_stream_forwarder']);
    expect(heldEntries()).toEqual(['nats_0.nats.monitrc']);
  });

  it('leaves what another instance runs by the same job', async () => {
    put('status.xml', ALL_STOPPED);
    renameSync(join(root, 'monit/job/nats_0.nats.monitrc'), join(root, 'monit/job/nats_1.nats.monitrc'));
    const other = await orphan(join(root, 'jobs/nats/bin/server'));
    expect(instance('hold', 'nats_0', '30').exitCode).toBe(0);
    expect(lives(other)).toBe(true);
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
