import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  becomes,
  daemon,
  hasComeToLife,
  instance,
  isAlive,
  launchedBy,
  monit,
  NOTE_OF_ENDS,
  noteOfPidFile,
  put,
  read,
  root,
  spawnStranger,
  startWithPidFile,
} from '../../support/monit-instance.ts';
import {
  ALL_STOPPED,
  FILE,
  FORWARDER_RUNS,
  RUNNING,
  type State,
  STATUS,
  statusOf,
  STOPPED,
} from '../../support/monit-status.ts';
import { until } from '../../support/until.ts';

describe('status', () => {
  it('tells the processes of this instance from a real answer', () => {
    expect(instance('status', 'nats_0')).toEqual({
      exitCode: 0,
      lines: ['nats action pending', 'nats_stream_forwarder initializing'],
    });
  });

  it.each<[State, string]>([
    [RUNNING, 'running'],
    [STOPPED, 'not monitored'],
    [{ monitor: 0, status: 512 }, 'not monitored'],
    [{ monitor: 2 }, 'initializing'],
    [{ monitor: 2, status: 512 }, 'initializing'],
    [{ monitor: 1, pending: 2 }, 'action pending'],
    [{ monitor: 0, pending: 3 }, 'action pending'],
    [{ monitor: 1, status: 512 }, 'does not exist'],
    [{ monitor: 1, status: 1536 }, 'does not exist'],
    [{ monitor: 1, status: 32 }, 'failed (monit status 32)'],
    [{ monitor: 1, status: 1024 }, 'failed (monit status 1024)'],
  ])('says of %o: %s', (state, word) => {
    put('status.xml', statusOf({ nats: state }));
    expect(instance('status', 'nats_0').lines[0]).toBe(`nats ${word}`);
  });

  it.each([
    ['is there', FILE, 'running'],
    ['is missing', FILE.replace('<status>0<', '<status>512<'), 'does not exist'],
  ])('tells whether a file %s', (_case, file, word) => {
    put('monit/job/nats_0.nats.monitrc', 'check file nfs_mounter with path /var/vcap/nfs/shared/.nfs_test\n');
    put('status.xml', STATUS.replace('<service ', `${file}<service `));
    expect(instance('status', 'nats_0').lines).toEqual([`nfs_mounter ${word}`]);
  });

  it('reads an answer whose parts stand on lines of their own', () => {
    put('status.xml', FORWARDER_RUNS.replaceAll('><', '>\n<'));
    expect(instance('status', 'nats_0').lines).toEqual(['nats running', 'nats_stream_forwarder running']);
  });

  it.each([
    ['does not answer', '', ['nats monit does not answer', 'nats_stream_forwarder monit does not answer']],
    ['knows another process of a similar name', STATUS.replace('>nats<', '>nats2<'), ['nats unknown to monit']],
  ])('says that monit %s', (_case, xml, lines) => {
    put('status.xml', xml);
    expect(instance('status', 'nats_0').lines).toEqual(expect.arrayContaining(lines));
  });

  it.each([
    ['', '\n'],
    [' without a newline', ''],
  ])('knows a process from a stranger that its pid file names%s, and spares the stranger', (_case, end) => {
    const stranger = spawnStranger();
    startWithPidFile();
    const note = noteOfPidFile();
    const ticks = readFileSync(`/proc/${stranger.pid}/stat`, 'utf8').replace(/.*\) /, '').split(' ')[19];
    put('f.pid', `${stranger.pid}${end}`);
    put(note, `${stranger.pid} ${ticks}\n`);
    expect(instance('status', 'nats_0').lines).toEqual(['nats running', 'nats_stream_forwarder running']);
    put(note, `${stranger.pid} 4711\n`);
    expect(instance('status', 'nats_0').lines[1]).toBe('nats_stream_forwarder pid file names another process');
    expect(existsSync(join(root, 'f.pid'))).toBe(true);

    monit(`[ "$1" != stop ] || ! kill "$(cat ${root}/f.pid)"; ${becomes(ALL_STOPPED)}`);
    expect(instance('stop', 'nats_0', '30').exitCode).toBe(0);
    expect([existsSync(join(root, 'f.pid')), isAlive(stranger)]).toEqual([false, true]);
    stranger.kill('SIGKILL');
  });

  it('says that monit does not run', () => {
    daemon.kill('SIGKILL');
    put('status.xml', '');
    put('bosh/bin/monit', `#!/bin/sh\nexit 1\n`);
    expect(instance('status', 'nats_0').lines).toEqual([
      'nats monit does not run',
      'nats_stream_forwarder monit does not run',
    ]);
  });

  it('tells what starts and is gone over and over, though monit sees it run at the moment', async () => {
    launchedBy(`echo 'loses its master'; sleep 300 & echo $! >${root}/f.pid`, { times: 1 });
    put('status.xml', FORWARDER_RUNS);
    instance('start', 'nats_0', 'f1', '30');
    await until(hasComeToLife, 'it has come to life');
    const note = NOTE_OF_ENDS();
    const word = () => instance('status', 'nats_0').lines[1];
    const upAt = (secondsAgo: number): number => Math.floor(Date.now() / 1000) - secondsAgo;
    put(note, `0 0 0 4 ${upAt(5)}\n`);
    expect(word()).toBe('nats_stream_forwarder starts and is gone within half a minute, 4 times so far');
    put(note, `0 0 0 4 ${upAt(60)}\n`);
    expect(word()).toBe('nats_stream_forwarder running');
    put(note, `0 0 0 1 ${upAt(5)}\n`);
    expect(word()).toBe('nats_stream_forwarder running');
    put(note, `0 0 0 0 ${upAt(5)}\n`);
    expect(instance('why', 'nats_0').lines).toEqual([]);
    put(note, `0 0 0 1 ${upAt(5)}\n`);

    // monit has not noticed yet.
    const pid = Number(read('f.pid'));
    process.kill(pid, 'SIGKILL');
    await until(() => !existsSync(`/proc/${pid}`), 'it is gone');
    expect(word()).toBe('nats_stream_forwarder starts and is gone within half a minute, 2 times so far');
    put(note, `0 0 0 0 ${upAt(5)}\n`);
    expect(word()).toBe('nats_stream_forwarder starts and is gone within half a minute, once so far');
    expect(instance('why', 'nats_0').lines).toEqual([
      'loses its master (nats_stream_forwarder starts and is gone within half a minute, once)',
      'nats_stream_forwarder said:',
      'loses its master',
    ]);
    // Nobody knows when it was gone.
    put(note, `0 0 0 0 ${upAt(60)}\n`);
    expect(word()).toBe('nats_stream_forwarder running');
    expect(instance('why', 'nats_0').lines[0]).toBe(
      'loses its master (nats_stream_forwarder came to life and has ended)',
    );
    // Of what is stopped nothing comes and goes.
    put(note, `0 0 0 4 ${upAt(5)}\n`);
    put('status.xml', ALL_STOPPED);
    expect(word()).toBe('nats_stream_forwarder not monitored');
  });

  it('tells all that it is asked about by one question to monit', () => {
    put('bosh/instances/dea_0/installed', '');
    put('monit/job/dea_0.dea.monitrc', 'check process dea_next with pidfile /x\n');
    put('bosh/instances/nats_0/started', 'f1\n');
    put('bin/ask-monit', `${read('bin/ask-monit').replace('#!/bin/sh', `#!/bin/sh\necho asked >>${root}/asked`)}`);
    expect(instance('statuses', 'nats_0', 'uaa_0', 'dea_0').lines).toEqual([
      '@@instance nats_0',
      '@@started',
      'nats action pending',
      'nats_stream_forwarder initializing',
      '@@instance uaa_0',
      '@@instance dea_0',
      '@@installed',
      'dea_next action pending',
    ]);
    expect(read('asked')).toBe('asked\n');
    put('status.xml', '');
    expect(instance('statuses', 'uaa_0', 'dea_0').lines.at(-1)).toBe('dea_next monit does not answer');
  });

  it('has nothing to say of an instance that is not installed', () => {
    expect(instance('status', 'uaa_0')).toEqual({ exitCode: 0, lines: [] });
  });
});

it('says how it is used', () => {
  expect(instance('dance', 'nats_0').exitCode).toBe(2);
});
