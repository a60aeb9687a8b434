import { expect, it } from 'vitest';
import { RetryPace } from '../../../workflows/deploy/retry-pace.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;

const isDue = (pace: RetryPace, now: number, events = 0): boolean => now >= (pace.dueAt(events) ?? Infinity);

/** How many of the repeats of a script that asks every ten seconds are taken up, where each costs so many events. */
function takenUp(days: number, eventsEach: number): { readonly taken: number; readonly events: number } {
  const pace = new RetryPace(0);
  let taken = 0;
  let events = 100;
  for (let now = 0; now < days * DAY; now += 10 * SECOND)
    if (isDue(pace, now, events)) {
      pace.take(now);
      taken += 1;
      events += eventsEach;
    }
  return { taken, events };
}

it('takes up fewer than 800 repeats in a month, and many in the first hours', () => {
  expect(takenUp(31, 15).taken).toBeLessThan(800);
  expect(takenUp(1, 15).taken).toBeGreaterThan(25);
});

it('spreads the history over a month where many are parked', () => {
  const { taken, events } = takenUp(31, 50 * 15);
  expect(events).toBeLessThan(46_000);
  expect(taken).toBeGreaterThan(40);
});

it('leaves ten seconds after the first, twice as long after each, and an hour at last', () => {
  const pace = new RetryPace(0);
  const gaps = Array.from({ length: 12 }, (_, index) => index).map(() => 0);
  let now = 0;
  for (const index of gaps.keys()) {
    const before = now;
    while (!isDue(pace, now)) now += SECOND;
    gaps[index] = (now - before) / SECOND;
    pace.take(now);
  }
  expect(gaps).toEqual([0, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
});

it('says when the next repeat counts, later where the history is long, and never once that is used up', () => {
  const pace = new RetryPace(1_000);
  pace.take(5_000);
  expect(pace.dueAt(0)).toBe(15_000);
  const halfUsed = 10_000 + (45_000 - 10_000) / 2;
  expect((pace.dueAt(halfUsed) ?? 0) / DAY).toBeCloseTo(15, 1);
  expect(pace.dueAt(45_000)).toBeUndefined();
});
