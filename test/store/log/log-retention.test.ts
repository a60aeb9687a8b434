import { describe, expect, it } from 'vitest';
import type { Store } from '../../../store/store.ts';
import { allLines, beginRun, line, texts, upTo } from '../samples.ts';
import { DRIVERS, useStores } from '../stores.ts';

describe.each(DRIVERS)('the retention of the log in $name', ({ open }) => {
  const opened = useStores(open);

  async function storeWithRuns(ends: readonly (number | undefined)[], lines = 3) {
    const clock = { now: 0 };
    const store = await opened({ clock: () => clock.now });
    for (const [index, end] of ends.entries()) {
      const run = await beginRun(store, `run ${index}`);
      await store.log.append(
        run,
        upTo(lines).map((number) => line(`${number}`)),
      );
      clock.now = end ?? clock.now;
      if (end !== undefined) await store.runs.finish(run, 'ok', undefined, line(`run ${run} OK`, 'local'));
    }
    return { store, clock };
  }
  const kept = async (store: Store, run: number): Promise<string[]> => texts(await allLines(store, run));

  it('removes what old runs have said, except how they ended', async () => {
    const { store } = await storeWithRuns([1_000, 2_000, 3_000]);
    expect(await store.log.forget(1_500)).toBe(3);
    expect([await kept(store, 1), await store.log.first(1), await store.log.last(1)]).toEqual([['run 1 OK'], 4, 4]);
    expect([await kept(store, 2), await store.log.first(2)]).toEqual([['1', '2', '3', 'run 2 OK'], 1]);
    expect(await store.log.forget(1_500)).toBe(0);
  });

  it('never touches the newest run, nor one that has not ended', async () => {
    const { store } = await storeWithRuns([1_000, undefined, 3_000]);
    expect(await store.log.forget(1_000_000)).toBe(3);
    expect(await kept(store, 2)).toEqual(['1', '2', '3']);
    expect(await kept(store, 3)).toEqual(['1', '2', '3', 'run 3 OK']);
    expect(await store.log.first(99)).toBeUndefined();
  });

  it('removes old lines outside any run', async () => {
    const { store, clock } = await storeWithRuns([]);
    for (const now of [1_000, 2_000]) {
      clock.now = now;
      await store.log.append(0, [line(`at ${now}`, 'local')]);
    }
    expect(await store.log.forget(1_500)).toBe(1);
    expect(await kept(store, 0)).toEqual(['at 2000']);
    expect(await store.log.first(0)).toBe(2);
  });

  it('removes a long log a slice at a time, and what was remembered of its sources', async () => {
    const { store, clock } = await storeWithRuns([], 0);
    const run = await beginRun(store, 'long');
    for (let batch = 0; batch < 5; batch += 1)
      await store.log.append(
        run,
        upTo(1_000).map((number) => line(`${number}`)),
        `batch ${batch}`,
      );
    await store.log.appendOutput(run, { key: 'job', start: 0, end: 2 }, Buffer.from('x\n'), line('', 'nats_0'));
    await store.runs.finish(run, 'ok', undefined, line('OK', 'local'));
    clock.now = 10;
    await beginRun(store, 'newest');
    expect(await store.log.offset(run, 'job')).toBe(2);
    expect(await store.log.forget(5)).toBe(5_001);
    expect(await kept(store, run)).toEqual(['OK']);
    expect(await store.log.offset(run, 'job')).toBe(0);
  });
});
