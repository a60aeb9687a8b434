import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { startProcess } from './processes.ts';
import { allLines, beginRun, line, upTo } from './samples.ts';
import { openSqlite, useFolders, useStores } from './stores.ts';

interface Filled {
  readonly code: string;
  readonly message: string;
  readonly last: number;
  readonly lines: number;
}

const MAY_MOUNT = spawnSync('unshare', ['--mount', 'true']).status === 0;

async function fill(dataDir: string, shell: string): Promise<Filled> {
  const { go, result } = await startProcess('fill', dataDir, { shell });
  go();
  return (await result) as Filled;
}

describe('a disk without space', () => {
  const folder = useFolders();
  const opened = useStores(openSqlite);

  it('is named when a file may not grow; what was stored is whole, and goes on once it may', async () => {
    const dataDir = folder();
    // 4 MiB per file, in blocks of 1 KiB; the signal would kill before SQLite sees the error.
    const filled = await fill(dataDir, `trap '' XFSZ; ulimit -f 4096; exec "$@"`);
    expect(filled).toMatchObject({ code: 'StoreUnwritable', message: expect.stringContaining('engine.db') });
    expect(filled.last).toBeGreaterThan(0);
    expect(filled.last % 50).toBe(0);
    expect(filled.lines).toBe(filled.last);

    const store = await opened({ dataDir });
    const run = await beginRun(store);
    await store.log.append(run, [line('goes on')]);
    expect((await allLines(store, run)).map(({ seq }) => seq)).toEqual(upTo(filled.last + 1));
  });

  it.skipIf(!MAY_MOUNT)('is named when the disk is full; what was stored is whole', async () => {
    const dataDir = folder();
    const mount = `mount -t tmpfs -o size=4m tmpfs '${dataDir}'`;
    const filled = await fill(dataDir, `exec unshare --mount bash -c "${mount}; exec \\"\\$@\\"" bash "$@"`);
    expect(filled).toMatchObject({
      code: 'StoreUnwritable',
      message: expect.stringContaining('is full'),
      writable: 'StoreUnwritable',
    });
    expect(filled.last).toBeGreaterThan(0);
    expect(filled.last % 50).toBe(0);
    expect(filled.lines).toBe(filled.last);
  });
});
