import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { startProcess, atOnce } from './processes.ts';
import { allLines, beginRun, texts, upTo } from './samples.ts';
import { eventually, openSqlite, useFolders, useStores } from './stores.ts';

describe('several processes on one data folder', { timeout: 60_000 }, () => {
  const folder = useFolders();
  const opened = useStores(openSqlite);

  it('make one database, one key and one identity out of nothing', async () => {
    for (let round = 0; round < 3; round += 1) {
      const dataDir = folder();
      const ids = new Set(await atOnce<string>('identity', dataDir, 4));
      expect(ids.size).toBe(1);
      expect(ids).toContain((await (await opened({ dataDir })).engine.identity()).id);
    }
  });

  it('make each cluster secret once', async () => {
    expect(new Set(await atOnce('secrets', folder())).size).toBe(1);
  });

  it('append without a gap, a repeat or a loss, each in its own order', async () => {
    const dataDir = folder();
    const store = await opened({ dataDir });
    const run = await beginRun(store);
    await atOnce('append', dataDir);
    const lines = await allLines(store, run);
    expect(lines.map(({ seq }) => seq)).toEqual(upTo(3 * 1_000 + 40));
    for (const label of ['0', '1', '2']) {
      const own = texts(lines).filter((text) => text.startsWith(`${label} `));
      expect(own).toEqual(upTo(1_000).map((number) => `${label} ${number}`));
    }
    expect(texts(lines).filter((text) => text === 'shared')).toHaveLength(40);
  });

  it('begin runs with distinct numbers, and one run for one Temporal run', async () => {
    const begun = await atOnce<{ own: number[]; shared: number }>('begin', folder());
    const shared = new Set(begun.map((result) => result.shared));
    expect(shared.size).toBe(1);
    const all = [...begun.flatMap(({ own }) => own), ...shared].sort((one, other) => one - other);
    expect(all).toEqual(upTo(31));
  });

  it('take each claim once', async () => {
    const taken = await atOnce<string[]>('claim', folder());
    expect(taken.flat().sort()).toEqual(
      upTo(100)
        .map((number) => `key ${number}`)
        .sort(),
    );
  });

  it('number instances without a repeat', async () => {
    const given = await atOnce<number[]>('numbers', folder());
    expect(given.flat().sort((one, other) => one - other)).toEqual(Array.from({ length: 60 }, (_, index) => index));
  });

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

  it('leave whole batches only when killed', async () => {
    const dataDir = folder();
    const store = await opened({ dataDir });
    const run = await beginRun(store);
    for (let round = 1; round <= 3; round += 1) {
      const before = await store.log.last(run);
      const { child, go } = await startProcess('fill', dataDir);
      go();
      await eventually(async () => expect(await store.log.last(run)).toBeGreaterThan(before + 500));
      child.kill('SIGKILL');
      await eventually(() => expect(child.signalCode).toBe('SIGKILL'));
      const last = await store.log.last(run);
      expect(last % 50).toBe(0);
      expect((await allLines(store, run)).map(({ seq }) => seq)).toEqual(upTo(last));
    }
    const database = new DatabaseSync(join(dataDir, 'engine.db'));
    expect(database.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    database.close();
  });
});
