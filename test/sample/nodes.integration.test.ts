import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  ENVIRONMENT,
  FIRST,
  DISKS,
  SECOND,
  nodes,
  nodesOutput,
  nodesUnderNohup,
  pids,
  reasonToSkip,
  run,
  ssh,
  stateOf,
  supervisingProcesses,
  supervisors,
} from './test-nodes.ts';

const skipped = await reasonToSkip();

describe.skipIf(skipped)(`the life of test nodes${skipped && ` (${skipped})`}`, () => {
  beforeAll(() => nodesOutput('down', '--wipe'));
  afterAll(() => nodesOutput('down', '--wipe'));

  it('starts nodes that answer ssh and is content with those that run', async () => {
    await nodesOutput('up', '2');
    const before = await pids(FIRST, SECOND);
    await nodesOutput('up', '2');
    expect(await pids(FIRST, SECOND)).toEqual(before);
    expect(await ssh(SECOND, 'hostname')).toBe('node182');
  });

  it('says in status what runs', async () => {
    await nodesOutput('up', '1');
    const all: unknown = JSON.parse(await nodesOutput('status', '--json'));
    expect(all).toContainEqual({
      address: FIRST,
      state: 'up',
      processes: expect.any(Number),
      diskMb: expect.any(Number),
    });
  });

  it('keeps the disk when supervisors are killed', async () => {
    await nodesOutput('up', '2');
    await ssh(FIRST, 'echo kept >/root/file');
    for (const pid of supervisors()) process.kill(Number(pid), 'SIGKILL');
    await vi.waitFor(async () => expect(await stateOf(FIRST)).toBe('down'), { timeout: 120_000 });
    await nodesOutput('up', '2');
    expect(await ssh(FIRST, 'cat /root/file')).toBe('kept');
  });

  it('starts each node once when two ups run at once', async () => {
    await nodesOutput('down');
    const both = await Promise.all([nodes('up', '2'), nodes('up', '2')]);
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(supervisingProcesses()).toHaveLength(4); // each with its supervisor and the process that waits for its end
  });

  it('leaves nothing in the process group that started the nodes', async () => {
    await nodesOutput('down');
    const caller = spawn('bash', ['sample/nodes/nodes.sh', 'up', '1'], {
      detached: true,
      stdio: 'ignore',
      env: ENVIRONMENT,
    });
    await once(caller, 'exit');
    expect(() => process.kill(-(caller.pid ?? 0), 0)).toThrow('ESRCH');
    expect(await stateOf(FIRST)).toBe('up');
  });

  it('resets a node and returns when it answers again', async () => {
    await nodesOutput('up', '1');
    const [before] = await pids(FIRST);
    await nodesOutput('reboot', FIRST);
    expect(await ssh(FIRST, 'echo here')).toBe('here');
    expect(await pids(FIRST)).not.toEqual([before]);
  });

  it('starts again when the node itself reboots, even if started under nohup', async () => {
    await nodesOutput('down');
    await nodesUnderNohup('up', '1');
    const [before] = await pids(FIRST);
    await ssh(FIRST, 'reboot');
    await vi.waitFor(async () => expect(await pids(FIRST)).not.toEqual([before]), { timeout: 120_000 });
    await vi.waitFor(async () => expect(await stateOf(FIRST)).toBe('up'), { timeout: 120_000 });
  });

  it('stays off when the node powers itself off, until the next up', async () => {
    await nodesOutput('up', '1');
    await ssh(FIRST, 'poweroff');
    await vi.waitFor(() => expect(supervisingProcesses()).toEqual([]), { timeout: 120_000 });
    expect((await nodes('reboot', FIRST)).exitCode).toBe(1);
    await nodesOutput('up', '1');
    expect(await stateOf(FIRST)).toBe('up');
  });

  it('starts what update-rc.d installed at boot and keeps what an ssh session left', async () => {
    await nodesOutput('up', '1');
    await ssh(FIRST, INSTALL_DAEMON);
    await nodesOutput('reboot', FIRST);
    await ssh(FIRST, 'setsid sleep 2000 </dev/null >/dev/null 2>&1 &');
    const running = await ssh(FIRST, 'pgrep --full --list-full sleep');
    expect(running).toContain('sleep 1000');
    expect(running).toContain('sleep 2000');
  });

  it('prints the ledger of a node as it is, whether it runs or not', async () => {
    await nodesOutput('up', '1');
    expect((await nodes('ledger', FIRST)).stdout).toBe('');
    await ssh(FIRST, `mkdir -p /var/lib/deployment-engine && echo '{"seq":1}' >/var/lib/deployment-engine/ledger`);
    expect((await nodes('ledger', FIRST)).stdout).toBe('{"seq":1}\n');
    await nodesOutput('down');
    expect((await nodes('ledger', FIRST)).stdout).toBe('{"seq":1}\n');
  });

  it('leaves no process, interface, mount or, after a wipe, file', async () => {
    await nodesOutput('up', '2');
    await nodesOutput('down', '--wipe');
    expect(supervisingProcesses()).toEqual([]);
    expect((await run('ip', '-o', 'link')).stdout).not.toMatch(/denodes-test|de0a0a69-/);
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(DISKS);
    expect(existsSync(DISKS)).toBe(false);
  });
});

describe('the nodes command line', () => {
  it.each([
    [[]],
    [['fly']],
    [['up']],
    [['up', '21']],
    [['down', '--all']],
    [['reboot']],
    [['cut', '10.9.9.181']],
    [['ledger', '../181']],
  ])('ends with 2 on the wrong usage %j', async (args) => {
    expect((await nodes(...args)).exitCode).toBe(2);
  });
});

const INSTALL_DAEMON = `cat >/etc/init.d/sample <<'END'
#!/bin/sh
### BEGIN INIT INFO
# Provides:          sample
# Required-Start:    $remote_fs
# Required-Stop:     $remote_fs
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: a daemon
### END INIT INFO
[ "$1" != start ] || setsid sleep 1000 </dev/null >/dev/null 2>&1 &
END
chmod 755 /etc/init.d/sample && update-rc.d sample defaults`;
