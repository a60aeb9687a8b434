import { describe, expect, it } from 'vitest';
import { DRIVERS, useStores } from '../stores.ts';

describe.each(DRIVERS)('claims in $name', ({ open }) => {
  const opened = useStores(open);

  it('are held by one owner until they expire', async () => {
    let now = 1_000;
    const { claims } = await opened({ clock: () => now });
    expect(await claims.take('ruby', 'one', 100)).toBe(true);
    expect(await claims.take('ruby', 'two', 100)).toBe(false);
    expect(await claims.take('monit', 'two', 100)).toBe(true);
    now = 1_099;
    expect(await claims.holder('ruby')).toBe('one');
    expect(await claims.take('ruby', 'two', 100)).toBe(false);
    now = 1_100;
    expect(await claims.holder('ruby')).toBeUndefined();
    expect(await claims.take('ruby', 'two', 100)).toBe(true);
    expect(await claims.holder('ruby')).toBe('two');
  });

  it('are listed while they are held', async () => {
    let now = 0;
    const { claims } = await opened({ clock: () => now });
    await claims.take('ruby', 'one', 100);
    await claims.take('monit', 'two', 200);
    expect(await claims.held()).toEqual(['monit', 'ruby']);
    now = 100;
    expect(await claims.held()).toEqual(['monit']);
  });

  it('are renewed by their owner', async () => {
    let now = 0;
    const { claims } = await opened({ clock: () => now });
    await claims.take('ruby', 'one', 100);
    now = 90;
    expect(await claims.take('ruby', 'one', 100)).toBe(true);
    now = 150;
    expect(await claims.take('ruby', 'two', 100)).toBe(false);
  });

  it('are released by their owner alone', async () => {
    const { claims } = await opened();
    await claims.take('ruby', 'one', 60_000);
    await claims.release('ruby', 'two');
    expect(await claims.holder('ruby')).toBe('one');
    await claims.release('ruby', 'one');
    expect(await claims.holder('ruby')).toBeUndefined();
  });
});
