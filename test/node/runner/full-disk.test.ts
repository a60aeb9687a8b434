import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sh } from '../../../domain/command.ts';
import { readAnswer } from '../../../ssh/runner/answer.ts';
import { commandKey } from '../../../ssh/runner/key.ts';
import { runProgram } from '../../../ssh/runner/programs.ts';
import { runAsRoot } from '../../../ssh/runner/run-as-root.ts';
import { events, readLedger } from '../../support/ledger.ts';
import { MAY_MOUNT } from '../../support/local-node.ts';
import { FENCE, runRequest } from '../../support/run-request.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { disks, nodeWith, PAGE, PAGES, removal, victim } from './small-disk.ts';

/** A disk of 1 MiB in memory. */
function smallDisk(): string {
  const disk = temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', disk]);
  disks.push(disk);
  return disk;
}

/** Leaves so many pages of the disk free. */
function leave(disk: string, pages: number): void {
  rmSync(join(disk, 'filler'), { force: true });
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(join(disk, 'filler'), Buffer.alloc(Number(bavail) * Number(bsize) - pages * PAGE));
}

describe.skipIf(!MAY_MOUNT)('a disk that is full', () => {
  it.each(PAGES)('with %i free pages: a command runs whole or not at all', async (pages) => {
    const disk = smallDisk();
    const { session, directory } = nodeWith({ home: disk });
    await session.installRunner(FENCE);
    for (const length of [1, 2, 3]) {
      const { folder, isHarmed, isCleaned } = victim();
      leave(disk, pages);
      const request = runRequest({ command: removal(folder, length, 0), step: `step-${length}` });
      const outcome = await session.run(request).catch((error: unknown) => error);
      expect(isHarmed()).toBe(false);
      const started = readLedger(directory).filter(({ step, event }) => step === request.step && event === 'started');
      if (isCleaned()) {
        expect(outcome).toMatchObject({ exitCode: 0 });
        expect(started).toHaveLength(1);
      } else {
        expect(outcome).toMatchObject({ code: 'DiskFull', details: { mount: disk } });
        expect(started).toHaveLength(0);
        expect(existsSync(join(directory, 'jobs', commandKey(request)))).toBe(false);
      }
      leave(disk, 64);
      expect(await session.run(request)).toMatchObject({ exitCode: 0 });
      expect(isCleaned()).toBe(true);
    }
  });

  it('is named with its numbers', async () => {
    const disk = smallDisk();
    const { session } = nodeWith({ home: disk });
    await session.installRunner(FENCE);
    leave(disk, 0);
    await expect(session.run(runRequest())).rejects.toMatchObject({
      code: 'DiskFull',
      message: expect.stringContaining(`${disk} on local is full: 0 KiB of 1,024 KiB free`),
      details: { node: 'local', mount: disk, freeKiB: 0, totalKiB: 1024 },
    });
  });

  it('keeps the exit code of a command that filled it, and says what is full', async () => {
    const disk = smallDisk();
    const { session, directory } = nodeWith({ home: disk });
    await session.installRunner(FENCE);
    const command = sh`dd if=/dev/zero of=${join(disk, 'filler')} bs=4096 2>/dev/null || exit 7`;
    expect(await session.run(runRequest({ command }))).toMatchObject({
      exitCode: 7,
      died: false,
      full: [{ mount: disk, freeKiB: 0, totalKiB: 1024 }],
    });
    leave(disk, 64);
    await session.run(runRequest({ step: 'start' }));
    expect(events(readLedger(directory))).toBe('started, ended 7, started, ended 0');
  });

  it('lets an older run in no more than an empty one does', async () => {
    const disk = smallDisk();
    const { session } = nodeWith({ home: disk });
    await session.installRunner(FENCE);
    leave(disk, 0);
    const newer = { ...FENCE, run: 8 };
    await expect(session.run(runRequest({ fence: newer }))).rejects.toMatchObject({ code: 'DiskFull' });
    leave(disk, 64);
    expect((await session.read(sh`true`)).fence).toEqual({ generation: 1, run: 7 });
    await session.run(runRequest({ fence: newer }));
    await expect(session.run(runRequest())).rejects.toMatchObject({ code: 'Superseded' });
  });

  it('does not keep a running command from being stopped', async () => {
    const disk = smallDisk();
    const { session } = nodeWith({ home: disk });
    await session.installRunner(FENCE);
    const trace = join(temporaryFolder(), 'trace');
    const request = runRequest({ command: sh`touch ${trace}; exec sleep 300` });
    const running = session.run(request);
    await until(() => existsSync(trace), 'the command runs');
    leave(disk, 0);
    expect(await session.stop(commandKey(request))).toMatchObject({ state: 'exited', exitCode: 143 });
    expect(await running).toMatchObject({ exitCode: 143 });
  });

  it('is no place for half an installation', async () => {
    for (const pages of PAGES) {
      const disk = smallDisk();
      leave(disk, pages);
      const { session, directory } = nodeWith({ home: disk });
      const refused = await session.installRunner(FENCE).catch((error: unknown) => error);
      if (refused instanceof Error) expect(refused).toMatchObject({ code: 'DiskFull' });
      leave(disk, 64);
      await session.installRunner(FENCE);
      expect(await session.run(runRequest({ command: sh`echo well` }))).toMatchObject({ tail: 'well\n' });
      expect(readdirSync(directory).filter((name) => name.endsWith('.new'))).toEqual([]);
    }
  });
});

it.each([true, false])('refuses to run a text that is not the one that was sent (long: %s)', async (long) => {
  const { session, access, directory } = nodeWith({});
  await session.installRunner(FENCE);
  const trace = join(directory, 'trace');
  const request = runRequest({ command: sh`touch ${trace}/right`, long });
  const program = runProgram(directory, request, commandKey(request)).replaceAll('trace/right', 'trace');
  const running = await runAsRoot(access, program, { title: 'test' });
  await expect(readAnswer(access, 'test', running)).rejects.toMatchObject({ code: 'ChecksumMismatch' });
  expect([existsSync(trace), readLedger(directory), readdirSync(join(directory, 'jobs'))]).toEqual([false, [], []]);
});

describe.skipIf(!MAY_MOUNT)('where bash is sh', () => {
  const BASH = 'mount --bind /bin/bash "$(readlink -f /bin/sh)"';

  it.each([true, false])('a command runs, and a full disk is named (long: %s)', async (long) => {
    const disk = smallDisk();
    const { session } = nodeWith({ home: disk, mounts: BASH });
    await session.installRunner(FENCE);
    const command = sh`[ -n "\${BASH_VERSION:-}" ] && echo bash`;
    expect(await session.run(runRequest({ command, long }))).toMatchObject({ tail: 'bash\n' });
    leave(disk, 0);
    const next = runRequest({ command, long, step: 'start' });
    await expect(session.run(next)).rejects.toMatchObject({ code: 'DiskFull' });
    leave(disk, 64);
    expect(await session.run(next)).toMatchObject({ exitCode: 0, attached: false });
  });
});

describe.skipIf(!MAY_MOUNT)('a file system that became read-only', () => {
  it('is named', async () => {
    const disk = smallDisk();
    const { session } = nodeWith({ home: disk });
    await session.installRunner(FENCE);
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    const refused = { code: 'NodeUnfit', message: expect.stringContaining('read-only') };
    await expect(session.run(runRequest())).rejects.toMatchObject(refused);
    await expect(session.installRunner({ ...FENCE, run: 8 })).rejects.toMatchObject(refused);
    execFileSync('mount', ['-o', 'remount,rw', disk]);
    expect(await session.run(runRequest())).toMatchObject({ exitCode: 0 });
  });
});
