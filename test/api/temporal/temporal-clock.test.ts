import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createTemporalClock } from '../../../api/temporal/temporal-clock.ts';

const MINUTE = 60_000;

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000_000_000 }));
afterEach(() => void vi.useRealTimers());

/** The refusal of a server by whose clock it is `now`. */
const tooLate = (now: number): Error =>
  new WorkflowUpdateFailedError('refused', ApplicationFailure.create({ type: 'TooLate', details: [{ now }] }));

/** NTP does it: only the time of day moves. */
const stepClock = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

it('follows this machine until it is told that a request was too late', () => {
  const clock = createTemporalClock();
  stepClock(MINUTE);
  expect(clock.now()).toBe(Date.now());
  expect(clock.isTooLate(new Error('something else'))).toBe(false);
  expect(clock.now()).toBe(Date.now());
});

it.each([
  ['this machine’s was a minute behind and is set right', MINUTE, MINUTE, 0],
  ['both are of one machine and are set back', 0, -MINUTE, -MINUTE],
])('is never later than the server’s clock after %s', (_what, behind, stepMs, serverStepMs) => {
  const clock = createTemporalClock();
  const serverNow = Date.now() + behind;
  expect(clock.isTooLate(tooLate(serverNow))).toBe(true);
  expect(clock.now()).toBe(serverNow);
  stepClock(stepMs);
  vi.advanceTimersByTime(5_000);
  expect(clock.now()).toBe(serverNow + serverStepMs + 5_000);
});

it('learns the time anew when this machine’s clock is set back', () => {
  const clock = createTemporalClock();
  clock.isTooLate(tooLate(Date.now()));
  stepClock(-MINUTE);
  const serverNow = Date.now() + MINUTE;
  clock.isTooLate(tooLate(serverNow));
  vi.advanceTimersByTime(5_000);
  expect(clock.now()).toBe(serverNow + 5_000);
});
