import { describe, expect, it, vi } from 'vitest';
import type { LogLine } from '../../../domain/run/log.ts';
import type { RunLog } from '../../../store/log/contract.ts';
import { createLiveTails, followLog, type FollowOptions } from '../../../store/log/log-follow.ts';
import type { Store } from '../../../store/store.ts';
import { beginRun, line, upTo } from '../samples.ts';
import { DRIVERS, eventually, useFolders, useStores } from '../stores.ts';

type Following = Partial<FollowOptions> & { readonly run: number };

/** Reads to the end of the run, or until the signal. */
async function collect(log: RunLog, options: Following, seen: LogLine[] = []): Promise<LogLine[]> {
  const defaults = { from: 0, signal: new AbortController().signal, until: 'end', pollMs: 5 } as const;
  for await (const page of followLog(log, { ...defaults, ...options })) seen.push(...page);
  return seen;
}

const numbers = (lines: readonly LogLine[]): number[] => lines.map(({ seq }) => seq);
const finish = (store: Store, run: number) => store.runs.finish(run, 'ok', undefined, line('end', 'local'));
const fill = (store: Store, run: number, count: number) =>
  store.log.append(
    run,
    upTo(count).map((number) => line(`${number}`, number % 10 === 0 ? 'dea_0' : 'nats_0')),
  );

describe.each(DRIVERS)('following a log in $name', ({ open }) => {
  const folder = useFolders();
  const opened = useStores(open);

  it('reads a run that has ended from any number to its end', async () => {
    const store = await opened();
    const run = await beginRun(store);
    await fill(store, run, 2_500);
    await finish(store, run);
    expect(numbers(await collect(store.log, { run }))).toEqual(upTo(2_501));
    expect(numbers(await collect(store.log, { run, from: 2_499 }))).toEqual([2_500, 2_501]);
    expect(numbers(await collect(store.log, { run, from: 2_501 }))).toEqual([]);
    expect(numbers(await collect(store.log, { run, stream: 'dea_0' }))).toEqual(upTo(250).map((number) => number * 10));
  });

  it('gives every reader every line once, while several processes write', async () => {
    const dataDir = folder();
    const [reading, writing] = [await opened({ dataDir }), await opened({ dataDir })];
    const run = await beginRun(writing);
    const live = createLiveTails(reading.log, { pollMs: 2 });
    const readers = upTo(20).map((number) => collect(reading.log, { run, live, from: number % 3 }));
    const one = collect(reading.log, { run, live, stream: 'dea_0' });
    for (let round = 0; round < 40; round += 1) await fill(writing, run, 100);
    await finish(writing, run);
    for (const [index, lines] of (await Promise.all(readers)).entries()) {
      expect(numbers(lines)).toEqual(upTo(4_001).slice((index + 1) % 3));
    }
    expect(await one).toHaveLength(400);
  });

  it('polls once for all readers of a run, and not at all without readers', async () => {
    const store = await opened();
    const run = await beginRun(store);
    const read = vi.fn(store.log.read);
    const live = createLiveTails({ ...store.log, read }, { pollMs: 10 });
    const readers = upTo(50).map(() => collect({ ...store.log, read }, { run, live }));
    await fill(store, run, 10);
    await finish(store, run);
    await Promise.all(readers);
    const count = read.mock.calls.length;
    expect(count).toBeLessThan(25);

    await store.log.append(0, [line('x', 'local')]);
    const stop = new AbortController();
    const seen: LogLine[] = [];
    const following = collect(store.log, { run: 0, live, signal: stop.signal }, seen);
    await eventually(() => expect(seen).toHaveLength(1));
    stop.abort();
    await following;
    // The tail looks once more at most, then nobody asks.
    const calls = await stillness(read);
    expect(calls).toBe(read.mock.calls.length);
  });

  it('serves a slow reader from the store while a fast one is live', async () => {
    const store = await opened();
    const run = await beginRun(store);
    const live = createLiveTails(store.log, { pollMs: 1 });
    const slow = followLog(store.log, { run, from: 0, live, until: 'end', signal: new AbortController().signal });
    await fill(store, run, 1);
    const seen: LogLine[] = [...((await slow.next()).value ?? [])];
    const fast = collect(store.log, { run, live });
    for (let round = 0; round < 20; round += 1) await fill(store, run, 1_000);
    await finish(store, run);
    expect(numbers(await fast)).toEqual(upTo(20_002));
    for await (const page of slow) seen.push(...page);
    expect(numbers(seen)).toEqual(upTo(20_002));
  });

  it('waits for the next line and ends at the signal, also while waiting', async () => {
    const store = await opened();
    const stop = new AbortController();
    const seen: LogLine[] = [];
    const reading = collect(store.log, { run: 0, signal: stop.signal }, seen);
    await store.log.append(0, [line('one', 'local')]);
    await eventually(() => expect(seen).toHaveLength(1));
    await store.log.append(0, [line('two', 'local')]);
    await eventually(() => expect(seen).toHaveLength(2));
    stop.abort();
    await reading;
  });

  it('goes on after the end of a run until the signal, unless told to stop there', async () => {
    const store = await opened();
    const run = await beginRun(store);
    await finish(store, run);
    const stop = new AbortController();
    const seen: LogLine[] = [];
    const reading = collect(store.log, { run, until: undefined, signal: stop.signal }, seen);
    await eventually(() => expect(seen).toHaveLength(1));
    stop.abort();
    await reading;
  });

  it('begins anew for the next reader after it could not begin', async () => {
    const store = await opened();
    const run = await beginRun(store);
    await finish(store, run);
    const last = vi.fn(store.log.last).mockRejectedValueOnce(new Error('no such disk'));
    const log = { ...store.log, last };
    const live = createLiveTails(log, { pollMs: 1 });
    await expect(collect(log, { run, live })).rejects.toThrow('no such disk');
    expect(numbers(await collect(log, { run, live }))).toEqual([1]);
  });

  it('begins anew for the next reader while a stalled one has not heard of the failure', async () => {
    const store = await opened();
    const run = await beginRun(store);
    await fill(store, run, 1);
    const read = vi.fn(store.log.read);
    const log = { ...store.log, read };
    const live = createLiveTails(log, { pollMs: 1 });
    const stalled = followLog(log, { run, from: 0, live, signal: new AbortController().signal });
    await stalled.next();
    const reading = collect(log, { run, live, from: 1 });
    read.mockRejectedValueOnce(new Error('the database is away'));
    await expect(reading).rejects.toThrow('the database is away');
    await finish(store, run);
    expect(numbers(await collect(log, { run, live }))).toEqual([1, 2]);
    await expect(stalled.next()).rejects.toThrow('the database is away');
    // The tail that the stalled one has left is no longer the one that others share.
    expect(numbers(await collect(log, { run, live }))).toEqual([1, 2]);
  });

  it('throws to its readers what keeps it from polling', async () => {
    const store = await opened();
    let broken = false;
    const read: RunLog['read'] = async (run, options) => {
      if (broken) throw new Error('the disk is gone');
      return store.log.read(run, options);
    };
    const reading = collect({ ...store.log, read }, { run: 0 });
    broken = true;
    await expect(reading).rejects.toThrow('the disk is gone');
  });
});

/** Waits until a spy has not been called for a few polls and returns its count. */
async function stillness(spy: ReturnType<typeof vi.fn>): Promise<number> {
  let before = -1;
  await vi.waitFor(
    () => {
      const now = spy.mock.calls.length;
      const still = now === before;
      before = now;
      expect(still).toBe(true);
    },
    { interval: 50, timeout: 20_000 },
  );
  return before;
}
