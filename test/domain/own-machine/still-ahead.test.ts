import { expect, it } from 'vitest';
import { stillAhead } from '../../../domain/own-machine/still-ahead.ts';

it.each([
  ['is to come', 1_500, true],
  ['is now', 1_000, false],
  ['is over', 500, false],
  ['was set before the clock went back', 3_601_000, false],
])('knows of a time that it %s', (_what, time, is) => {
  expect(stillAhead(time, 1_000, 1_000)).toBe(is);
});
