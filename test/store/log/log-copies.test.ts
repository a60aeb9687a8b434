import { describe, expect, it } from 'vitest';
import { Secret } from '../../../domain/secret.ts';
import type { ByteRange } from '../../../store/log/contract.ts';
import type { Store } from '../../../store/store.ts';
import { DRIVERS, useFolders, useStores } from '../stores.ts';

const SECRET = 'tr0ub4dor-and-3';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function textOf({ copies }: Store, id: string, range?: ByteRange): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of copies.read(id, range)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe.each(DRIVERS)('copies of logs in $name', ({ open, written }) => {
  const opened = useStores(open);
  const folder = useFolders();

  it('are there as a whole, or range by range', async () => {
    const store = await opened();
    const lines = Array.from({ length: 40_000 }, (_, index) => `line ${index} with some words\n`);
    await store.copies.keep('one', lines.map(bytes));
    const whole = lines.join('');
    expect(await store.copies.size('one')).toBe(whole.length);
    expect(await textOf(store, 'one')).toBe(whole);
    const end = whole.length - 1;
    for (const range of [
      { start: 0, end: 0 },
      { start: 262_000, end: 600_001 },
      { start: end - 9, end },
    ])
      expect(await textOf(store, 'one', range)).toBe(whole.slice(range.start, range.end + 1));
  });

  it('hide secrets wherever the text was cut, and keep none in the clear', async () => {
    const dataDir = folder();
    const store = await opened({ dataDir });
    await store.log.learnSecrets([new Secret('password', SECRET)]);
    await store.copies.keep('one', [bytes(`a ${SECRET.slice(0, 5)}`), bytes(`${SECRET.slice(5)} b\nprivate words`)]);
    expect(await textOf(store, 'one')).toBe('a ******** b\nprivate words\n');
    const files = await written(dataDir);
    expect(files).toContain('log_copies');
    expect(files).not.toContain('private words');
  });

  it('are nothing before they are whole, and gone after ten minutes', async () => {
    let now = 0;
    const store = await opened({ clock: () => now });
    await store.copies.keep('empty', []);
    expect(await store.copies.size('empty')).toBe(0);
    expect(await textOf(store, 'empty')).toBe('');
    await store.copies.keep('one', [bytes('x\n')]);
    expect(await store.copies.size('none')).toBeUndefined();
    now = 600_001;
    expect(await store.copies.size('one')).toBeUndefined();
    await store.copies.sweep();
    expect(await textOf(store, 'one')).toBe('');
  });

  it('are made by a second attempt where the first one died half-way', async () => {
    const store = await opened();
    const dying = function* (): Generator<Uint8Array> {
      yield bytes('first\n'.repeat(100_000));
      throw new Error('killed');
    };
    await expect(store.copies.keep('one', dying())).rejects.toThrow('killed');
    expect(await store.copies.size('one')).toBeUndefined();
    await store.copies.keep('one', [bytes('second\n')]);
    expect(await textOf(store, 'one')).toBe('second\n');
  });

  it('are of one attempt alone, and stay as a reader has begun to read them', async () => {
    const store = await opened();
    const [one, two] = ['one\n'.repeat(200_000), 'second\n'.repeat(150_000)];
    await Promise.all([one, two].map((text) => store.copies.keep('both', [bytes(text)])));
    const kept = await textOf(store, 'both');
    expect([one, two]).toContain(kept);
    await store.copies.keep('both', [bytes('late\n')]);
    expect(await textOf(store, 'both')).toBe(kept);
    expect(await store.copies.size('both')).toBe(kept.length);
  });
});
