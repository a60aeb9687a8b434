import { describe, expect, it, vi } from 'vitest';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import type { LineBatch } from '../../../store/log/contract.ts';
import { createLogWriter } from '../../../store/log/log-writer.ts';
import { allLines, beginRun, line, texts, upTo } from '../samples.ts';
import { DRIVERS, eventually, useStores } from '../stores.ts';

const NEVER = 3_600_000;

describe.each(DRIVERS)('the log writer in $name', ({ open }) => {
  const opened = useStores(open);

  it('stores lines in order, those of a run together', async () => {
    const store = await opened();
    const appendAll = vi.fn(store.log.appendAll);
    const [one, two] = [await beginRun(store, 'a'), await beginRun(store, 'b')];
    const writer = createLogWriter({ appendAll }, { flushMs: NEVER });
    for (const number of upTo(50)) writer.write(number % 2 === 0 ? one : two, [line(`${number}`)]);
    await writer.flush();
    expect(appendAll).toHaveBeenCalledTimes(2);
    expect(texts(await allLines(store, one))).toEqual(upTo(25).map((number) => `${number * 2}`));
    await writer.close();
  });

  it('stores by itself after a moment', async () => {
    const store = await opened();
    const run = await beginRun(store);
    const writer = createLogWriter(store.log, { flushMs: 10 });
    writer.write(run, [line('one')], 'id');
    writer.write(run, [line('one')], 'id');
    await eventually(async () => expect(await store.log.last(run)).toBe(1));
    writer.write(run, [line('two')]);
    await eventually(async () => expect(await store.log.last(run)).toBe(2));
    await writer.close();
  });

  it('keeps the order while a flush is under way', async () => {
    const store = await opened();
    const run = await beginRun(store);
    const writer = createLogWriter(store.log, { flushMs: 1 });
    const flushes = upTo(40).map((number) => {
      writer.write(run, [line(`${number}`)]);
      return writer.flush();
    });
    await Promise.all(flushes);
    expect(texts(await allLines(store, run))).toEqual(upTo(40).map(String));
  });

  it('stores one batch of a run after the other, also when the first fails late', async () => {
    const stored: string[] = [];
    const { promise: late, reject: fail } = Promise.withResolvers<void>();
    let calls = 0;
    const appendAll = async (_run: number, batches: readonly LineBatch[]): Promise<void> => {
      calls += 1;
      if (calls === 1) await late;
      stored.push(...batches.flatMap(({ lines }) => lines.map((one) => one.line)));
    };
    const writer = createLogWriter({ appendAll }, { flushMs: NEVER });
    writer.write(1, [line('first')]);
    const first = writer.flush();
    await eventually(() => expect(calls).toBe(1));
    writer.write(1, [line('second')]);
    const second = writer.flush();
    fail(new Error('busy'));
    await expect(first).rejects.toThrow('busy');
    await second;
    expect(stored).toEqual(['first', 'second']);
    await writer.close();
  });

  it('says at the next flush what failed, and tries again', async () => {
    const stored: string[] = [];
    let full = true;
    const appendAll = async (_run: number, batches: readonly LineBatch[]): Promise<void> => {
      if (full) throw new DeploymentEngineError('EnvironmentLacking', 'The disk is full.');
      stored.push(...batches.flatMap(({ lines }) => lines.map((one) => one.line)));
    };
    const writer = createLogWriter({ appendAll }, { flushMs: NEVER });
    writer.write(1, [line('first')]);
    await expect(writer.flush()).rejects.toMatchObject({ code: 'EnvironmentLacking' });
    writer.write(1, [line('second')]);
    full = false;
    await writer.flush();
    expect(stored).toEqual(['first', 'second']);
    await writer.close();
  });

  it('says afterwards for how long and why the store could not be written', async () => {
    const store = await opened();
    const run = await beginRun(store);
    let full = true;
    const appendAll: typeof store.log.appendAll = async (of, batches) => {
      if (full) throw new DeploymentEngineError('StoreUnwritable', 'The disk is full.');
      await store.log.appendAll(of, batches);
    };
    const writer = createLogWriter({ appendAll }, { flushMs: NEVER });
    writer.write(run, [line('first')]);
    for (let tries = 0; tries < 2; tries += 1)
      await expect(writer.flush(run)).rejects.toMatchObject({ code: 'StoreUnwritable' });
    full = false;
    await writer.flush(run);
    const said = expect.stringMatching(
      /^the store could not be written for \d+ s, and work waited: The disk is full\.$/,
    );
    expect(texts(await allLines(store, run))).toEqual(['first', said]);

    // Nothing was to be logged: something else of the run met the fault.
    writer.outage(run, 'The disk is faulty.');
    writer.outage(run, 'The disk is full.');
    await writer.flush(run);
    await writer.flush(run);
    expect(texts(await allLines(store, run)).slice(2)).toEqual([expect.stringMatching(/The disk is faulty\.$/)]);
    await writer.close();
  });

  it('keeps more lines than a call takes arguments', async () => {
    const [run, count] = [7, 300_000];
    let [full, stored] = [true, 0];
    const appendAll = async (_of: number, batches: readonly object[]): Promise<void> => {
      if (full) throw new DeploymentEngineError('StoreUnwritable', 'The disk is full.');
      stored += batches.length;
    };
    const writer = createLogWriter({ appendAll }, { flushMs: NEVER });
    const lines = [line('one')];
    for (let batch = 0; batch < count; batch += 1) writer.write(run, lines);
    for (let tries = 0; tries < 2; tries += 1)
      await expect(writer.flush(run)).rejects.toMatchObject({ code: 'StoreUnwritable' });
    full = false;
    await writer.close();
    // One more says how long they had to wait.
    expect(stored).toBe(count + 1);
  });

  it('tells each run its own failure only, and each once', async () => {
    const store = await opened();
    const [ended, other] = [await beginRun(store, 'a'), await beginRun(store, 'b')];
    await store.runs.finish(ended, 'ok', undefined, line('end', 'local'));
    const writer = createLogWriter(store.log, { flushMs: NEVER });
    writer.write(ended, [line('late')]);
    writer.write(other, [line('fine')]);
    await writer.flush(other);
    await expect(writer.flush(ended)).rejects.toMatchObject({ code: 'RunEnded' });
    await writer.flush(ended);
    await writer.close();
  });

  it('forgets a failure once the lines are stored', async () => {
    const appendAll = vi.fn(async () => {}).mockRejectedValueOnce(new Error('busy'));
    const writer = createLogWriter({ appendAll }, { flushMs: 1 });
    writer.write(1, [line('first')]);
    await eventually(() => expect(appendAll).toHaveBeenCalledTimes(2));
    await writer.flush();
    await writer.close();
  });

  it('gives up lines of a run that has ended and says so, but stores all others', async () => {
    const store = await opened();
    const [ended, other] = [await beginRun(store, 'a'), await beginRun(store, 'b')];
    await store.runs.finish(ended, 'ok', undefined, line('end', 'local'));
    const writer = createLogWriter(store.log, { flushMs: NEVER });
    writer.write(ended, [line('late')]);
    writer.write(other, [line('fine')]);
    await expect(writer.flush()).rejects.toMatchObject({ code: 'RunEnded' });
    await writer.close();
    expect(texts(await allLines(store, other))).toEqual(['fine']);
  });
});
