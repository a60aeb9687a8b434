import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  calls,
  instance,
  isAlive,
  monit,
  noteOfPidFile,
  OBEYS,
  put,
  read,
  root,
  spawnStranger,
  started,
  startWithPidFile,
  stopsAll,
} from '../../support/monit-instance.ts';
import { FORWARDER_RUNS } from '../../support/monit-status.ts';
import { until } from '../../support/until.ts';

describe('restart', () => {
  beforeEach(() => put('bosh/instances/nats_0/installed', 'fingerprint f1\njob nats x\n'));

  it('stops and starts every process, and keeps its token and what it was started from', () => {
    put('status.xml', FORWARDER_RUNS);
    monit(OBEYS());
    expect(instance('restart', 'nats_0', 'run-7', '30').exitCode).toBe(0);
    expect(calls()).toEqual(['stop nats', 'stop nats_stream_forwarder', 'start nats', 'start nats_stream_forwarder']);
    expect([started(), read('bosh/instances/nats_0/restarted').trim()]).toEqual(['f1', 'run-7']);
  });

  it('keeps no token of one that does not come up, and says why', () => {
    put('status.xml', FORWARDER_RUNS);
    monit(stopsAll());
    const { exitCode, lines } = instance('restart', 'nats_0', 'run-7', '1');
    expect([exitCode, lines.includes('not running after 1 s:')]).toEqual([3, true]);
    expect(existsSync(join(root, 'bosh/instances/nats_0/restarted'))).toBe(false);
  });

  it('refuses what is not installed', () => {
    expect(instance('restart', 'uaa_0', 'run-7', '30')).toEqual({ exitCode: 3, lines: ['uaa_0 is not installed'] });
  });

  it('ends a process that monit has lost sight of, and nobody else', () => {
    const lost = spawnOrphan(`${root}/jobs/nats/config/nats.yml`);
    const other = spawnOrphan(`${root}/jobs/natty/config/nats.yml`);
    put('status.xml', FORWARDER_RUNS);
    monit(OBEYS());
    const { exitCode, lines } = instance('restart', 'nats_0', 'run-7', '30');
    expect(exitCode).toBe(0);
    expect(lines.join()).toContain(`ending process ${lost}, which monit no longer sees: sh -c while`);
    expect([lost, other].map((pid) => spawnSync('grep', ['-q', '.', `/proc/${pid}/cmdline`]).status === 0)).toEqual([
      false,
      true,
    ]);
    process.kill(other, 'SIGKILL');
  });

  it('ends what its pid file still names when monit takes it for stopped', async () => {
    startWithPidFile();
    // A child of ours, so that nothing but the pid file leads to it.
    const lost = spawn('sh', ['-c', 'while :; do sleep 0.2; done', `${root}/packages/nats`]);
    put('f.pid', `${lost.pid}\n`);
    monit(OBEYS());
    expect(instance('restart', 'nats_0', 'run-7', '30').lines.join()).toContain(`ending process ${lost.pid}`);
    await until(() => lost.signalCode !== null, 'it has ended');
  });

  it('spares a stranger whose number was written into a pid file', () => {
    const stranger = spawnStranger();
    startWithPidFile();
    put('f.pid', `${stranger.pid}\n`);
    put(noteOfPidFile(), '4711 4711\n');
    expect(instance('status', 'nats_0').lines[1]).toBe('nats_stream_forwarder pid file names another process');
    monit(`[ "$1" != stop ] || [ ! -e ${root}/f.pid ] || kill "$(cat ${root}/f.pid)"; ${OBEYS()}`);
    expect(instance('restart', 'nats_0', 'run-7', '30').exitCode).toBe(0);
    expect(isAlive(stranger)).toBe(true);
    stranger.kill('SIGKILL');
  });

  it("spares a neighbour that got the number which an operator's stop has left in a pid file", () => {
    startWithPidFile();
    monit(OBEYS());
    expect(instance('hold', 'nats_0', '30').exitCode).toBe(0);
    const neighbour = spawnOrphan(join(root, 'jobs/gorouter/bin/server'));
    put('f.pid', `${neighbour}\n`);
    put(noteOfPidFile(), `${neighbour} 1\n`);
    expect(instance('restart', 'nats_0', 'run-7', '30').exitCode).toBe(0);
    expect(isAlive({ pid: neighbour } as ChildProcess)).toBe(true);
    process.kill(neighbour, 'SIGKILL');
  });

  it('leaves what another instance of the node runs by a job that both have', () => {
    startWithPidFile();
    monit(OBEYS());
    expect(instance('hold', 'nats_0', '30').exitCode).toBe(0);
    // The other one has taken over the job, with the pid file and the launcher's note that go with it.
    put('monit/job/uaa_0.nats.monitrc', read('monit/stopped/nats_0.nats.monitrc'));
    const own = spawn('sh', ['-c', 'while :; do sleep 0.2; done', `${root}/packages/nats`]);
    const stat = readFileSync(`/proc/${own.pid}/stat`, 'utf8');
    put('f.pid', `${own.pid}\n`);
    put(noteOfPidFile(), `${own.pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}\n`);
    for (const words of [
      ['hold', 'nats_0', '30'],
      ['restart', 'nats_0', 'run-7', '30'],
    ])
      expect(instance(...words).lines.join()).not.toContain('ending process');
    expect(isAlive(own)).toBe(true);
    own.kill('SIGKILL');
  });

  it('waits while another instance of the node is being started', async () => {
    put('status.xml', FORWARDER_RUNS);
    monit(OBEYS());
    const holder = spawn('flock', [join(root, 'bosh/var/instance.lock'), 'sleep', '300']);
    await until(
      () => spawnSync('flock', ['-n', join(root, 'bosh/var/instance.lock'), 'true']).status === 1,
      'it is held',
    );
    expect(instance('restart', 'nats_0', 'run-7', '1')).toEqual({
      exitCode: 3,
      lines: ['another instance of this node has been started or stopped for 3 s'],
    });
    expect(calls()).toEqual([]);
    holder.kill('SIGKILL');
  });
});

/** A process of nobody, with such a word in its command line. */
function spawnOrphan(word: string): number {
  const script = 'setsid sh -c "while :; do sleep 0.2; done" "$0" </dev/null >/dev/null 2>&1 & echo $!';
  return Number(spawnSync('sh', ['-c', script, word], { encoding: 'utf8' }).stdout);
}
