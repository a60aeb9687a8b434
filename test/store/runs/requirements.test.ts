import { describe, expect, it } from 'vitest';
import { DRIVERS, useStores } from '../stores.ts';

describe.each(DRIVERS)('what workers must know in $name', ({ open }) => {
  const opened = useStores(open);

  it('is nothing at first, and what the first worker knows has always been so', async () => {
    const { requirements } = await opened();
    expect(await requirements.lackedBy([])).toEqual([]);
    expect(await requirements.require(['b', 'a'])).toBeUndefined();
    expect(await requirements.lackedBy([])).toEqual(['a', 'b']);
    expect(await requirements.lackedBy(['a', 'b', 'c'])).toEqual([]);
  });

  it('grows with a newer worker, which an older one finds lacking, and never shrinks', async () => {
    let now = 1_000;
    const { requirements } = await opened({ clock: () => now });
    await requirements.require(['a']);
    expect(await requirements.require(['a', 'b'])).toBe(1_000);
    now = 2_000;
    expect(await requirements.require(['a', 'b'])).toBe(1_000);
    expect(await requirements.require(['a'])).toBe(1_000);
    expect(await requirements.lackedBy(['a'])).toEqual(['b']);
    expect(await requirements.require(['c'])).toBe(2_000);
    expect(await requirements.lackedBy(['a', 'b'])).toEqual(['c']);
  });
});
