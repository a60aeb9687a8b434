import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  becomes,
  calls,
  ENTRY,
  instance,
  isAlive,
  monit,
  noAnswer,
  OBEYS,
  put,
  root,
  spawnStranger,
  started,
  startWithPidFile,
} from '../../support/monit-instance.ts';
import { ALL_STOPPED, FORWARDER_RUNS, RUNNING, type State, statusOf, STOPPED } from '../../support/monit-status.ts';

describe('start', () => {
  it('starts every process and keeps what it was started from', () => {
    put('status.xml', ALL_STOPPED);
    monit(`[ "$*" != 'start nats_stream_forwarder' ] || ${becomes(FORWARDER_RUNS)}`);
    const { exitCode, lines } = instance('start', 'nats_0', 'f1', '30');
    expect(exitCode).toBe(0);
    expect(lines.slice(-2)).toEqual(['nats running', 'nats_stream_forwarder running']);
    expect(calls()).toEqual(['start nats', 'start nats_stream_forwarder']);
    expect(started()).toBe('f1');
  });

  it.each([
    ['restarts what runs on older files', 'older', 'restart'],
    ['starts what was started from these files', 'f1', 'start'],
  ])('%s', (_case, before, action) => {
    put('status.xml', FORWARDER_RUNS);
    put('bosh/instances/nats_0/started', `${before}\n`);
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    expect(calls()).toEqual([`${action} nats`, `${action} nats_stream_forwarder`]);
    expect(started()).toBe('f1');
  });

  it('starts, rather than restarts, what is stopped', () => {
    put('status.xml', ALL_STOPPED);
    put('bosh/instances/nats_0/started', 'older\n');
    monit(`[ "$*" != 'start nats_stream_forwarder' ] || ${becomes(FORWARDER_RUNS)}`);
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    expect(calls()).toEqual(['start nats', 'start nats_stream_forwarder']);
  });

  it('starts, reports and stops what has blanks in its name', () => {
    const called = (states: State) => statusOf({ nats: states }).replace('>nats<', '>my nats<');
    put('bosh/instances/nats_0/monit/nats.monitrc', 'check process "my nats" with pidfile /x\n');
    put('status.xml', called(STOPPED));
    monit(`[ "$1 $2" != 'start my nats' ] || ${becomes(called(RUNNING))}`);
    expect(instance('start', 'nats_0', 'f1', '30')).toMatchObject({ exitCode: 0 });
    expect(instance('status', 'nats_0').lines).toEqual(['"my nats" running']);
    expect(calls()).toContain('start my nats');
    monit(`[ "$1 $2" != 'stop my nats' ] || ${becomes(called(STOPPED))}`);
    expect(instance('stop', 'nats_0', '30')).toEqual({ exitCode: 0, lines: [] });
    expect(instance('status', 'nats_0').lines).toEqual(['"my nats" not monitored']);
  });

  it('restarts what another instance has run until now', () => {
    put('bosh/instances/nats_0/taken', 'monit/job/dea_0.nats.monitrc\n');
    put('status.xml', FORWARDER_RUNS);
    monit(OBEYS());
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    expect(calls()).toEqual(['restart nats', 'restart nats_stream_forwarder']);
    expect(existsSync(join(root, 'bosh/instances/nats_0/taken'))).toBe(false);
  });

  it('starts the daemon where there is none', () => {
    rmSync(join(root, 'bosh/var/monit.pid'));
    put('status.xml', '');
    monit(`[ $# -gt 0 ] || ${becomes(FORWARDER_RUNS)}`);
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    expect(calls().slice(0, 2)).toEqual(['', 'start nats']);
  });

  it('starts the daemon where its pid file names a stranger, who gets no signal', async () => {
    const stranger = spawnStranger();
    put('bosh/var/monit.pid', `${stranger.pid}\n`);
    put('status.xml', '');
    monit(`[ $# -gt 0 ] || ${becomes(FORWARDER_RUNS)}`);
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    expect(calls().slice(0, 2)).toEqual(['', 'start nats']);
    expect(instance('stop', 'nats_0', '1').exitCode).toBe(3);
    expect(isAlive(stranger)).toBe(true);
    stranger.kill('SIGKILL');
  });

  it('wakes the daemon', () => {
    put('status.xml', ALL_STOPPED);
    const untilWoken = `while [ -d ${root} ] && [ ! -e ${root}/woken ]; do sleep 0.05; done`;
    monit(`[ "$*" != 'start nats_stream_forwarder' ] || { ${untilWoken}; ${becomes(FORWARDER_RUNS)}; } &`);
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
  });

  it('says in time that monit does not answer', () => {
    put('status.xml', '');
    expect(instance('start', 'nats_0', 'f1', '1')).toEqual({ exitCode: 3, lines: [noAnswer()] });
    expect(calls()).toEqual([]);
  });

  it('gives up in time, in monit’s words, and keeps no mark', () => {
    put('status.xml', statusOf({ nats: RUNNING, nats_stream_forwarder: { monitor: 1, status: 512 } }));
    const { exitCode, lines } = instance('start', 'nats_0', 'f1', '1');
    expect(exitCode).toBe(3);
    expect(lines).toEqual([
      'nats_stream_forwarder does not exist',
      'not running after 1 s:',
      'nats running',
      'nats_stream_forwarder does not exist',
    ]);
    expect(existsSync(join(root, 'bosh/instances/nats_0/started'))).toBe(false);
  });

  it('adds what the instance has logged since it was started, and nobody else', () => {
    const log = (name: string, text: string) =>
      `mkdir -p ${root}/sys/log/${name.split('/')[0]}; echo '${text}' >>${root}/sys/log/${name}; `;
    put('sys/log/nats/former.log', 'of last week');
    put('bosh/instances/nats_0/monit/nats.monitrc', `${ENTRY}  start program "/jobs/nats/bin/nats_ctl start"\n`);
    put('status.xml', statusOf({ nats: RUNNING, nats_stream_forwarder: { monitor: 1, status: 512 } }));
    monit(
      `[ "$1" != start ] || { ${log('nats_stream_forwarder/err.log', 'no such host')}${log('monit/nats_ctl.err.log', 'line 7: no such file')}${log('uaa/uaa.log', 'not mine')}}`,
    );
    const { lines } = instance('start', 'nats_0', 'f1', '2');
    const told = lines.slice(lines.indexOf('nats running'));
    expect(told.slice(0, 2)).toEqual(['nats running', 'nats_stream_forwarder does not exist']);
    expect(told).toContain('no such host');
    expect(told).toContain('line 7: no such file');
    expect(told.join()).not.toMatch(/not mine|last week/);
  });

  it('reads what was logged as vcap, whose folders may hold links to files of root', () => {
    put('bin/tail', `#!/bin/sh\n[ "\${AS:-root}" = vcap ] || echo read by root\nexec /usr/bin/tail "$@"\n`);
    put('bosh/instances/nats_0/monit/nats.monitrc', `${ENTRY}  start program "/jobs/nats/bin/nats_ctl start"\n`);
    put('status.xml', statusOf({ nats: RUNNING, nats_stream_forwarder: { monitor: 1, status: 512 } }));
    monit(`[ "$1" != start ] || { mkdir -p ${root}/sys/log/nats; echo 'no such host' >${root}/sys/log/nats/err.log; }`);
    const { lines } = instance('start', 'nats_0', 'f1', '2');
    expect(lines.slice(-2)).toEqual(['ROOT/sys/log/nats/err.log:'.replace('ROOT', root), 'no such host']);
  });

  it('waits for nobody at a pipe in the place of a pid file', () => {
    startWithPidFile();
    spawnSync('mkfifo', [join(root, 'f.pid')]);
    expect(instance('start', 'nats_0', 'f2', '30').exitCode).toBe(0);
    expect(instance('why', 'nats_0').exitCode).toBe(0);
  });
});
