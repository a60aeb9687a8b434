import { expect, it } from 'vitest';
import { createInTurn } from '../../activities/in-turn.ts';

it('runs so many at a time, in the order they came, also after a failure', async () => {
  const inTurn = createInTurn(2);
  const begun: number[] = [];
  const ends: PromiseWithResolvers<void>[] = [];
  const runs = [0, 1, 2, 3].map((each) => {
    const end = Promise.withResolvers<void>();
    ends.push(end);
    return inTurn(async () => {
      begun.push(each);
      await end.promise;
      return each;
    });
  });
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  ends[1]?.reject(new Error('broken'));
  await expect(runs[1]).rejects.toThrow('broken');
  expect(begun).toEqual([0, 1, 2]);
  ends[0]?.resolve();
  expect(await runs[0]).toBe(0);
  expect(begun).toEqual([0, 1, 2, 3]);
  for (const { resolve } of ends) resolve();
  expect(await Promise.all([runs[2], runs[3]])).toEqual([2, 3]);
  expect(await inTurn(async () => 4)).toBe(4);
});
