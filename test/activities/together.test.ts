import { expect, it } from 'vitest';
import { createTogether } from '../../activities/together.ts';

it('hands over in one go what comes while it waits, and what comes later in the next', async () => {
  const taken: (readonly number[])[] = [];
  const together = createTogether<number>(async (items) => void taken.push([...items]), 1);
  await Promise.all([together([1]), together([2, 3]), together([4])]);
  await together([5]);
  expect(taken).toEqual([[1, 2, 3, 4], [5]]);
});

it('tells everybody whose part could not be taken, and goes on', async () => {
  let isFull = true;
  const together = createTogether<number>(async () => {
    if (isFull) throw new Error('full');
  }, 1);
  const ends = await Promise.allSettled([together([1]), together([2])]);
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isFull = false;
  await together([3]);
});
