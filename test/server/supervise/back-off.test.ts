import { expect, it } from 'vitest';
import { nextDelay } from '../../../server/supervise/back-off.ts';

it('doubles from 100 ms to 10 s', () => {
  const delays: number[] = [];
  for (let round = 0; round < 9; round++) delays.push(nextDelay(delays.at(-1), 0));
  expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
});

it('begins anew after a healthy half minute', () => {
  expect(nextDelay(10_000, 30_000)).toBe(100);
  expect(nextDelay(10_000, 29_999)).toBe(10_000);
});
