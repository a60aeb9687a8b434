import { describe, expect, it } from 'vitest';
import { allLines, beginRun, FROM_NATS, line, texts, upTo } from '../samples.ts';
import { DRIVERS, useFolders, useStores } from '../stores.ts';
import { hand } from './hand-over.ts';

describe.each(DRIVERS)('the log in $name', ({ open }) => {
  const folder = useFolders();
  const opened = useStores(open);

  it('numbers the lines of each run from 1 without a gap', async () => {
    const store = await opened({ clock: () => 77 });
    const [one, two] = [await beginRun(store, 'a'), await beginRun(store, 'b')];
    await store.log.append(one, [line('first'), line('second')]);
    await store.log.append(two, [line('elsewhere')]);
    await store.log.append(one, [line('third')]);
    const lines = await allLines(store, one);
    expect(lines.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(lines[0]).toEqual({ ...line('first'), seq: 1, run: one, time: 77 });
    expect(await store.log.last(one)).toBe(3);
    expect(await store.log.last(two)).toBe(1);
    expect(await store.log.last(99)).toBe(0);
  });

  it('numbers more lines than fit into one statement', async () => {
    const store = await opened();
    const run = await beginRun(store);
    await store.log.append(
      run,
      upTo(1_234).map((number) => line(`line ${number}`)),
    );
    const lines = await allLines(store, run);
    expect(lines.map(({ seq, line: text }) => `${seq} ${text}`)).toEqual(upTo(1_234).map((n) => `${n} line ${n}`));
  });

  it('adds a batch of a known id once, per run', async () => {
    const store = await opened();
    const [one, two] = [await beginRun(store, 'a'), await beginRun(store, 'b')];
    await store.log.append(one, [line('x')], 'node/connect/1/1/0');
    await store.log.append(one, [line('x')], 'node/connect/1/1/0');
    await store.log.append(two, [line('x')], 'node/connect/1/1/0');
    await store.log.appendAll(one, [
      { lines: [line('y')], id: 'b' },
      { lines: [line('y')], id: 'b' },
    ]);
    expect(texts(await allLines(store, one))).toEqual(['x', 'y']);
    expect(await store.log.last(two)).toBe(1);
  });

  it('takes lines outside any run as run 0, and none of runs that do not exist', async () => {
    const store = await opened();
    await store.log.append(0, [line('engine started', 'local')]);
    expect(await store.log.last(0)).toBe(1);
    expect(await store.log.end(0)).toBeUndefined();
    await expect(store.log.append(5, [line('x')])).rejects.toMatchObject({ code: 'RunNotFound' });
    await expect(hand(store, 5, 'x\n')).rejects.toMatchObject({ code: 'RunNotFound' });
  });

  it('lets nothing follow the last line of a run', async () => {
    const store = await opened();
    const run = await beginRun(store);
    await store.log.append(run, [line('work')]);
    expect(await store.log.end(run)).toBeUndefined();
    await store.runs.finish(run, 'ok', undefined, line('deploy 1 OK', 'local'));
    await expect(store.log.append(run, [line('late')])).rejects.toMatchObject({ code: 'RunEnded' });
    await expect(hand(store, run, 'late\n')).rejects.toMatchObject({ code: 'RunEnded' });
    expect(await store.log.end(run)).toBe(2);
    expect(texts(await allLines(store, run))).toEqual(['work', 'deploy 1 OK']);
  });

  it('makes one line of a text of several lines, without control characters', async () => {
    const store = await opened();
    const run = await beginRun(store);
    await store.log.append(run, [line('make failed:\nno rule\u001b[31m to\u0000 build\ttab\r\nend')]);
    expect(texts(await allLines(store, run))).toEqual(['make failed: | no rule[31m to build\ttab | end']);
  });

  it('reads in pages, of one stream if asked', async () => {
    const store = await opened();
    const run = await beginRun(store);
    await store.log.append(
      run,
      upTo(9).map((number) => line(`${number}`, number % 3 === 0 ? 'dea_0' : 'nats_0')),
    );
    const page = await store.log.read(run, { from: 2, limit: 3 });
    expect(page.map(({ seq }) => seq)).toEqual([3, 4, 5]);
    const dea = await store.log.read(run, { from: 3, limit: 10, stream: 'dea_0' });
    expect(dea.map(({ seq }) => seq)).toEqual([6, 9]);
  });

  describe('a stream over all runs', () => {
    it('is in the order of commit, in pages that never change', async () => {
      const store = await opened();
      const [one, two] = [await beginRun(store, 'a'), await beginRun(store, 'b')];
      await store.log.append(one, [line('1 nats'), line('1 node', '10.0.0.1'), line('1 dea', 'dea_0')]);
      await store.log.append(two, [line('2 nats')]);
      await store.log.append(one, [line('3 node', '10.0.0.1')]);
      const streams = ['nats_0', '10.0.0.1'];
      const first = await store.log.file(streams, { limit: 3 });
      expect(texts(first)).toEqual(['1 nats', '1 node', '2 nats']);
      await store.log.append(one, [line('4 nats')]);
      expect(await store.log.file(streams, { limit: 3 })).toEqual(first);
      const after = { run: two, seq: 1 };
      expect(texts(await store.log.file(streams, { after, limit: 10 }))).toEqual(['3 node', '4 nats']);
    });

    it('mixes lines outside a run where they belong', async () => {
      const store = await opened();
      const run = await beginRun(store);
      await store.log.append(run, [line('deploy begins', 'local')]);
      await store.log.append(0, [line('token made', 'local')]);
      await store.log.append(run, [line('deploy ends', 'local')]);
      expect(texts(await store.log.file(['local'], { limit: 9 }))).toEqual([
        'deploy begins',
        'token made',
        'deploy ends',
      ]);
    });
  });

  describe('output of a remote command', () => {
    it('is taken over once, whatever is handed over again', async () => {
      const store = await opened();
      const run = await beginRun(store);
      const text = 'one\ntwo\nthree\n';
      expect(await hand(store, run, text.slice(0, 6))).toBe(6);
      expect(await hand(store, run, text.slice(0, 6))).toBe(6);
      expect(await hand(store, run, text.slice(2, 9), { start: 2 })).toBe(9);
      expect(await store.log.offset(run, 'job')).toBe(9);
      expect(await hand(store, run, text)).toBe(14);
      const lines = await allLines(store, run);
      expect(texts(lines)).toEqual(['one', 'two', 'three']);
      expect(lines[0]).toMatchObject({ ...FROM_NATS, level: 'out' });
    });

    it('is refused when bytes are missing before it', async () => {
      const store = await opened();
      const run = await beginRun(store);
      await hand(store, run, 'one\n');
      expect(await hand(store, run, 'late\n', { start: 10, last: true })).toBe(4);
      expect(texts(await allLines(store, run))).toEqual(['one']);
    });

    it('is refused when its length is not what its offsets say', async () => {
      const store = await opened();
      const run = await beginRun(store);
      const wrong = store.log.appendOutput(run, { key: 'job', start: 0, end: 9 }, Buffer.from('x'), FROM_NATS);
      await expect(wrong).rejects.toThrow(RangeError);
    });

    it('stores an incomplete last line when the command has ended, once', async () => {
      const store = await opened();
      const run = await beginRun(store);
      await hand(store, run, 'done\nbye');
      expect(texts(await allLines(store, run))).toEqual(['done']);
      await hand(store, run, '', { start: 8, last: true });
      await hand(store, run, '', { start: 8, last: true });
      await hand(store, run, 'done\nbye', { last: true });
      expect(texts(await allLines(store, run))).toEqual(['done', 'bye']);
    });

    it('goes on in another process where the first one stopped, inside a character', async () => {
      const dataDir = folder();
      const bytes = Buffer.from('grün und schön\n');
      const middle = bytes.indexOf('ü') + 1;
      const first = await opened({ dataDir });
      const run = await beginRun(first);
      await hand(first, run, bytes.subarray(0, middle));
      const second = await opened({ dataDir });
      const start = await second.log.offset(run, 'job');
      await hand(second, run, bytes.subarray(start), { start });
      expect(texts(await allLines(second, run))).toEqual(['grün und schön']);
    });

    it('keeps commands apart', async () => {
      const store = await opened();
      const run = await beginRun(store);
      await hand(store, run, 'half ');
      await store.log.appendOutput(run, { key: 'other', start: 0, end: 6 }, Buffer.from('whole\n'), FROM_NATS);
      await hand(store, run, 'line\n', { start: 5 });
      expect(texts(await allLines(store, run))).toEqual(['whole', 'half line']);
    });
  });
});
