import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sh } from '../../../domain/command.ts';
import { readLedger } from '../../support/ledger.ts';
import { MAY_MOUNT } from '../../support/local-node.ts';
import { FENCE, runRequest } from '../../support/run-request.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { nodeWith, PAGE, PAGES, removal, victim } from './small-disk.ts';

describe.skipIf(!MAY_MOUNT)('the memory that secrets are kept in', () => {
  const inMemory = (mounts: string) => nodeWith({ mounts });
  const old = temporaryFolder();
  const EMPTY_DEV = `mount --rbind /dev ${old}; mount -t tmpfs none /dev
    for device in null zero urandom; do : >/dev/$device; mount --bind ${old}/$device /dev/$device; done
    ln -s /proc/self/fd /dev/fd`;
  const filesInRoot = () => readdirSync('/').filter((name) => ['out', 'text', 'input'].includes(name));

  it.each(PAGES)('with %i free pages: a command runs whole or not at all', async (pages) => {
    const { session, directory } = inMemory(
      `mount -t tmpfs -o size=${4 * (pages + 1)}k none /dev/shm; head -c ${PAGE} /dev/zero >/dev/shm/filler`,
    );
    await session.installRunner(FENCE);
    for (const length of [1, 2, 3]) {
      const { folder, isHarmed, isCleaned } = victim();
      const command = removal(folder, length, 'exec 4<&-\n\n'.length);
      const outcome = await session
        .run(runRequest({ command, long: false, step: `step-${length}`, stdin: Buffer.from('input') }))
        .catch((error: unknown) => error);
      expect(isHarmed()).toBe(false);
      if (isCleaned()) expect(outcome).toMatchObject({ exitCode: 0 });
      else expect(outcome).toMatchObject({ code: 'DiskFull', details: { mount: '/dev/shm' } });
      const started = readLedger(directory).filter(
        ({ step, event }) => step === `step-${length}` && event === 'started',
      );
      expect(started).toHaveLength(isCleaned() ? 1 : 0);
    }
  });

  it.each([
    ['full', `mount -t tmpfs -o size=4k none /dev/shm; head -c ${PAGE} /dev/zero >/dev/shm/filler`, 'DiskFull', 'full'],
    ['read-only', 'mount -t tmpfs -o ro none /dev/shm', 'NodeUnfit', 'read-only'],
    ['missing', EMPTY_DEV, 'NodeUnfit', 'no /dev/shm'],
    [
      'on a disk',
      'mount --bind "$(mktemp -d /root/no-memory.XXXXXX)" /dev/shm; rmdir /root/no-memory.*',
      'NodeUnfit',
      'not in memory',
    ],
  ])('that is %s is named, and no secret touches a disk', async (_case, mounts, code, words) => {
    const { session, directory } = inMemory(mounts);
    await session.installRunner(FENCE);
    const trace = join(directory, 'trace');
    const request = runRequest({ long: false, command: sh`cat >${trace}`, stdin: Buffer.from('canary') });
    const failure = await session.run(request).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code });
    expect((failure as Error).message).toMatch(/\/dev\/shm/);
    expect((failure as Error).message).toContain(words);
    expect([existsSync(trace), filesInRoot()]).toEqual([false, []]);
    expect(readLedger(directory)).toEqual([]);
    expect(readFileSync(join(directory, 'fence'), 'utf8')).toContain('engine-a');
  });

  it('leads nobody to remove what is not ours', async () => {
    const node = nodeWith({});
    await node.session.installRunner(FENCE);
    const { folder, isHarmed } = victim();
    writeFileSync(join(node.directory, 'memory'), `${folder}\n`);
    await node.session.run(runRequest({ long: false }));
    expect(isHarmed()).toBe(false);
  });
});
