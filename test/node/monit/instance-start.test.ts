import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MAY_MOUNT } from '../../support/local-node.ts';
import {
  FILE,
  type State,
  RUNNING,
  STOPPED,
  statusOf,
  FORWARDER_RUNS,
  ALL_STOPPED,
  root,
  spawnStranger,
  startWithPidFile,
  ENTRY,
  put,
  monit,
  becomes,
  noAnswer,
  isAlive,
  calls,
  read,
  started,
  entriesInForce,
  instance,
} from '../../support/monit-instance.ts';
import { until } from '../../support/until.ts';

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

  it('makes monit read its files again only when it does not know a process', () => {
    put('status.xml', FORWARDER_RUNS.replace('>nats<', '>former<'));
    monit(`[ "$1" != reload ] || ${becomes(FORWARDER_RUNS)}`);
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    expect(calls().slice(0, 2)).toEqual(['reload', 'start nats']);
  });

  it('starts, rather than restarts, what is stopped', () => {
    put('status.xml', ALL_STOPPED);
    put('bosh/instances/nats_0/started', 'older\n');
    monit(`[ "$*" != 'start nats_stream_forwarder' ] || ${becomes(FORWARDER_RUNS)}`);
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    expect(calls()).toEqual(['start nats', 'start nats_stream_forwarder']);
  });

  it('puts changed entries in force and has monit read them, though it knows the processes', () => {
    put('status.xml', FORWARDER_RUNS);
    put('bosh/instances/nats_0/monit/nats.monitrc', `${ENTRY}  if totalmem > 500 Mb then alert\n`);
    put('monit/job/nats_0.former.monitrc', 'check process former with pidfile /f\n');
    expect(instance('outdated', 'nats_0').exitCode).toBe(0);
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    expect(calls().slice(0, 3)).toEqual(['-t', 'reload', 'start nats']);
    expect(entriesInForce()).toEqual(['nats_0.nats.monitrc', 'nats_01.other.monitrc']);
    expect(read('monit/job/nats_0.nats.monitrc')).toContain('totalmem');
    expect(instance('outdated', 'nats_0').exitCode).toBe(1);
  });

  it('has monit read entries that a start was cut off from loading', () => {
    put('status.xml', FORWARDER_RUNS);
    rmSync(join(root, 'bosh/instances/nats_0/loaded'));
    expect(instance('outdated', 'nats_0').exitCode).toBe(0);
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    expect(calls()).toContain('reload');
  });

  it('repairs entries that somebody has changed', () => {
    put('status.xml', FORWARDER_RUNS);
    put('monit/job/nats_0.nats.monitrc', 'check process nats with pidfile /elsewhere\n');
    expect(instance('outdated', 'nats_0').exitCode).toBe(0);
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    expect(read('monit/job/nats_0.nats.monitrc')).not.toContain('elsewhere');
  });

  it('has every process started by the launcher with its pid file, and nothing else', () => {
    put(
      'bosh/instances/nats_0/monit/nats.monitrc',
      `check process nats
  with pidfile /run/nats.pid
  start program "/jobs/nats/bin/nats_ctl start" with timeout 60 seconds
  stop program "/jobs/nats/bin/nats_ctl stop"
check file mounter with path /m
  start program "/jobs/m/bin/m_ctl start"
check process "nats_stream_forwarder" with pidfile '/run/f.pid'
  start program = '/jobs/f/bin/f_ctl start 1'
`,
    );
    put('status.xml', FORWARDER_RUNS.replace('<service ', `${FILE.replace('nfs_mounter', 'mounter')}<service `));
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    const launch = join(root, 'bosh/bin/launch');
    expect(read('monit/job/nats_0.nats.monitrc')).toBe(
      `check process nats
  with pidfile /run/nats.pid
  start program "${launch} /run/nats.pid /jobs/nats/bin/nats_ctl start" with timeout 60 seconds
  stop program "/jobs/nats/bin/nats_ctl stop"
check file mounter with path /m
  start program "/jobs/m/bin/m_ctl start"
check process "nats_stream_forwarder" with pidfile '/run/f.pid'
  start program = "${launch} /run/f.pid /jobs/f/bin/f_ctl start 1"
`,
    );
  });

  it.each([
    [
      'upper case',
      'CHECK PROCESS nats\n  WITH PIDFILE /run/n.pid\n  START PROGRAM "/j/ctl start" WITH TIMEOUT 60 SECONDS\n',
    ],
    ['quoted names', `check process 'nats' with pidfile "/run/n.pid" start program '/j/ctl start'\n`],
    [
      'one line',
      'check process nats with pidfile /run/n.pid start program "/j/ctl start" stop program "/j/ctl stop"\n',
    ],
    ['a line for each word', 'check process nats\nwith\npidfile\n/run/n.pid\nstart\nprogram\n"/j/ctl start"'],
    ['the short words', 'check proc nats path /run/n.pid start="  /j/ctl start"stop="/j/ctl stop"\n'],
    [
      'comments',
      '# check process x\ncheck process nats # start "/x"\n pidfile /run/n.pid # "\n start "/j/ctl start"\n',
    ],
    ['tabs and signs', 'check\tprocess\tnats,(pidfile /run/n.pid);\r\nstart = ("/j/ctl start");\r\n'],
  ])('reads entries in %s', (_spelling, entry) => {
    put('bosh/instances/nats_0/monit/nats.monitrc', entry);
    put('status.xml', FORWARDER_RUNS);
    expect(instance('start', 'nats_0', 'f1', '30')).toEqual({ exitCode: 0, lines: ['nats running'] });
    const inForce = read('monit/job/nats_0.nats.monitrc');
    const launched = `"${join(root, 'bosh/bin/launch')} /run/n.pid /j/ctl start"`;
    expect(inForce).toContain(launched);
    // Nothing else has changed.
    const former = entry.replace(/["'] *\/j\/ctl start["']/, '"/j/ctl start"');
    expect(inForce.replace(launched, '"/j/ctl start"').trimEnd()).toBe(former.trimEnd());
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

  it('wakes the daemon', async () => {
    put('status.xml', ALL_STOPPED);
    monit(`[ "$*" != 'start nats_stream_forwarder' ] || { sleep 1; ${becomes(FORWARDER_RUNS)}; } &`);
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    await until(() => existsSync(join(root, 'woken')), 'it was woken');
  });

  it('says in time that monit does not answer', () => {
    put('status.xml', '');
    expect(instance('start', 'nats_0', 'f1', '1')).toEqual({ exitCode: 3, lines: [noAnswer()] });
    expect(calls()).toEqual([]);
  });

  it.skipIf(!MAY_MOUNT)('changes nothing, and says so, where there is no room for the entries', () => {
    const before = read('monit/job/nats_0.nats.monitrc');
    const disk = join(root, 'monit/job');
    const entries = entriesInForce().map((name) => [name, read(`monit/job/${name}`)] as const);
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'none', disk]);
    try {
      for (const [name, content] of entries) put(`monit/job/${name}`, content);
      spawnSync('sh', ['-c', `cat /dev/zero >${disk}/filler`]);
      put('bosh/instances/nats_0/monit/nats.monitrc', `${ENTRY}  if totalmem > 500 Mb then alert\n`);
      const { exitCode, lines } = instance('start', 'nats_0', 'f1', '30');
      expect([exitCode, lines.at(-1)]).toEqual([1, `cannot write ${disk}/nats_0.nats.monitrc.new`]);
      expect(read('monit/job/nats_0.nats.monitrc')).toBe(before);
      expect(calls()).toEqual([]);
    } finally {
      spawnSync('umount', ['-l', disk]);
    }
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

  it('touches nothing when monit refuses the entries', () => {
    const before = read('monit/job/nats_0.nats.monitrc');
    put('bosh/instances/nats_0/monit/nats.monitrc', 'check nonsense\n');
    put('bosh/instances/nats_0/monit/more.monitrc', 'check process more with pidfile /m\n');
    monit('[ "$1" != -t ] || { echo "syntax error"; exit 1; }');
    expect(instance('start', 'nats_0', 'f1', '30')).toEqual({ exitCode: 3, lines: ['syntax error'] });
    expect(calls()).toEqual(['-t']);
    expect(read('monit/job/nats_0.nats.monitrc')).toBe(before);
    expect(entriesInForce()).toEqual(['nats_0.nats.monitrc', 'nats_01.other.monitrc']);
  });

  it('has nothing to start without an entry', () => {
    rmSync(join(root, 'bosh/instances/nats_0/monit/nats.monitrc'));
    expect(instance('start', 'nats_0', 'f1', '30')).toEqual({ exitCode: 3, lines: ['no monit entry of nats_0'] });
  });
});
