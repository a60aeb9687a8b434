import { describe, expect, it } from 'vitest';
import { DRIVERS, useStores } from '../stores.ts';

describe.each(DRIVERS)('times of work in $name', ({ open }) => {
  const opened = useStores(open);

  it('tell what is usual: the median, each kind of work by itself', async () => {
    const { times } = await opened();
    for (const ms of [5000, 1000, 90_000, 2000]) await times.note('building ruby', ms);
    await times.note('unpacking ruby', 700.4);
    expect(await times.usual(['building ruby', 'never done'])).toEqual(new Map([['building ruby', 3500]]));
    await times.note('building ruby', 6000);
    expect(await times.usual()).toEqual(
      new Map([
        ['building ruby', 5000],
        ['unpacking ruby', 700],
      ]),
    );
    expect(await times.usual([])).toEqual(new Map());
  });

  it('forget what was usual long ago', async () => {
    const { times } = await opened();
    for (let count = 0; count < 20; count += 1) await times.note('building ruby', 60_000);
    for (let count = 0; count < 15; count += 1) await times.note('building ruby', 1000);
    await times.note('unpacking ruby', 10);
    expect(await times.usual(['building ruby'])).toEqual(new Map([['building ruby', 1000]]));
  });
});
