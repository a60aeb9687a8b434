import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { startProcess, atOnce } from './processes.ts';
import { allLines, beginRun, texts, upTo } from './samples.ts';
import { DRIVERS, eventually, openSqlite, useFolders, useStores } from './stores.ts';

describe.each(DRIVERS)('several processes on one $name', { timeout: 120_000 }, ({ name: driver, open }) => {
  const folder = useFolders();
  const opened = useStores(open);

  it('make one database, one key and one identity out of nothing', async () => {
    for (let round = 0; round < 3; round += 1) {
      const dataDir = folder();
      const ids = new Set(await atOnce<string>('identity', dataDir, { driver, count: 4 }));
      expect(ids.size).toBe(1);
      expect(ids).toContain((await (await opened({ dataDir })).engine.identity()).id);
    }
  });

  it('make each cluster secret once', async () => {
    expect(new Set(await atOnce('secrets', folder(), { driver })).size).toBe(1);
  });

  it('append without a gap, a repeat or a loss, each in its own order', async () => {
    const dataDir = folder();
    const store = await opened({ dataDir });
    const run = await beginRun(store);
    await atOnce('append', dataDir, { driver });
    const lines = await allLines(store, run);
    expect(lines.map(({ seq }) => seq)).toEqual(upTo(3 * 1_000 + 40));
    for (const label of ['0', '1', '2']) {
      const own = texts(lines).filter((text) => text.startsWith(`${label} `));
      expect(own).toEqual(upTo(1_000).map((number) => `${label} ${number}`));
    }
    expect(texts(lines).filter((text) => text === 'shared')).toHaveLength(40);
  });

  it('begin runs with distinct numbers, and one run for one Temporal run', async () => {
    const begun = await atOnce<{ own: number[]; shared: number }>('begin', folder(), { driver });
    const shared = new Set(begun.map((result) => result.shared));
    expect(shared.size).toBe(1);
    const all = [...begun.flatMap(({ own }) => own), ...shared].sort((one, other) => one - other);
    expect(all).toEqual(upTo(31));
  });

  it('take each claim once', async () => {
    const taken = await atOnce<string[]>('claim', folder(), { driver });
    expect(taken.flat().sort()).toEqual(
      upTo(100)
        .map((number) => `key ${number}`)
        .sort(),
    );
  });

  it('number instances without a repeat', async () => {
    const given = await atOnce<number[]>('numbers', folder(), { driver });
    expect(given.flat().sort((one, other) => one - other)).toEqual(Array.from({ length: 60 }, (_, index) => index));
  });

  it('pin each host key once', async () => {
    const [first, ...others] = await atOnce<string[]>('pin', folder(), { driver });
    for (const other of others) expect(other).toEqual(first);
  });

  it('end a run once, with its last line, after which nobody appends', async () => {
    const dataDir = folder();
    const store = await opened({ dataDir });
    const [first = [], ...others] = await atOnce<string[]>('finish', dataDir, { driver });
    for (const other of others) expect(other).toEqual(first);
    for (const [index, reason] of first.entries()) {
      const lines = await allLines(store, index + 1);
      expect(lines.map(({ seq }) => seq)).toEqual(upTo(lines.length));
      expect(texts(lines).filter((text) => text.startsWith('ended'))).toEqual([`ended by ${reason}`]);
      expect(texts(lines).at(-1)).toBe(`ended by ${reason}`);
    }
  });

  it('number revisions without a gap, and mask the secrets of all', async () => {
    const dataDir = folder();
    const numbers = await atOnce<number[]>('accept', dataDir, { driver });
    expect(numbers.flat().sort((one, other) => one - other)).toEqual(upTo(45));
    const store = await opened({ dataDir });
    for (const label of ['0', '1', '2'])
      for (const round of upTo(15)) expect(await store.log.mask(`password ${round} of ${label}`)).toBe('********');
  });

  it('activate each serial once', async () => {
    const activated = await atOnce<boolean[]>('activate', folder(), { driver });
    expect(activated.flat().filter(Boolean)).toHaveLength(15);
  });

  it('keep every reason of a step, and count every attempt', async () => {
    const dataDir = folder();
    const attempts = await atOnce<number>('note', dataDir, { driver });
    expect(Math.max(...attempts)).toBe(3);
    const [record] = await (await opened({ dataDir })).steps.of(1);
    expect(record?.reasons.length).toBe(60);
  });

  it('never lower the generation', async () => {
    expect(await atOnce<number>('raise', folder(), { driver })).toEqual([21, 21, 21]);
  });

  it('give a reader of a stream over all runs each line once, while several runs write', async () => {
    const dataDir = folder();
    const { log } = await opened({ dataDir });
    let isOver = false;
    const writing = atOnce<number>('stream', dataDir, { driver }).finally(() => (isOver = true));
    const seen: string[] = [];
    let after: { run: number; seq: number } | undefined;
    // Also what came between the last page and the end.
    for (let wasOver = false, got = 1; !wasOver || got > 0;) {
      wasOver = isOver;
      const page = await log.file(['nats_0'], { limit: 7, ...(after === undefined ? {} : { after }) });
      got = page.length;
      seen.push(...texts(page));
      after = page.at(-1) ?? after;
    }
    await writing;
    expect(seen).toHaveLength(180);
    expect(new Set(seen).size).toBe(180);
  });

  it('leave whole batches only when killed', async () => {
    const dataDir = folder();
    const store = await opened({ dataDir });
    const run = await beginRun(store);
    for (let round = 1; round <= 3; round += 1) {
      const before = await store.log.last(run);
      const { child, go } = await startProcess('fill', dataDir, { driver });
      go();
      await eventually(async () => expect(await store.log.last(run)).toBeGreaterThan(before + 500));
      child.kill('SIGKILL');
      await eventually(() => expect(child.signalCode).toBe('SIGKILL'));
      const lines = await allLines(store, run);
      expect(lines.length % 50).toBe(0);
      expect(lines.map(({ seq }) => seq)).toEqual(upTo(lines.length));
    }
  });
});

describe('several processes on one data folder', () => {
  const folder = useFolders();
  const opened = useStores(openSqlite);

  it('wait for one that keeps the database locked, and go on with their other work meanwhile', async () => {
    const dataDir = folder();
    const store = await opened({ dataDir });
    const other = new DatabaseSync(join(dataDir, 'engine.db'));
    other.exec('begin immediate');
    // This process would never get there if waiting kept it to itself.
    setTimeout(() => other.exec('commit'), 500);
    expect(await beginRun(store)).toBe(1);
    other.close();
  });

  it('say that the database stays locked', async () => {
    const dataDir = folder();
    const store = await opened({ dataDir });
    const other = new DatabaseSync(join(dataDir, 'engine.db'));
    other.exec('begin immediate');
    await expect(beginRun(store)).rejects.toMatchObject({
      code: 'StoreUnwritable',
      message: expect.stringMatching(/^Another process holds the lock on .*engine\.db/),
    });
    other.close();
  });
});
