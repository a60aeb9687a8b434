import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MAY_MOUNT } from '../../support/local-node.ts';
import {
  becomes,
  calls,
  entriesInForce,
  ENTRY,
  instance,
  monit,
  put,
  read,
  root,
} from '../../support/monit-instance.ts';
import { FILE, FORWARDER_RUNS } from '../../support/monit-status.ts';

describe('entries for monit', () => {
  it('makes monit read its files again only when it does not know a process', () => {
    put('status.xml', FORWARDER_RUNS.replace('>nats<', '>former<'));
    monit(`[ "$1" != reload ] || ${becomes(FORWARDER_RUNS)}`);
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    expect(calls().slice(0, 2)).toEqual(['reload', 'start nats']);
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
