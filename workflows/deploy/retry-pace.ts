import { EVENTS_FOR_ALL } from '../../domain/run/execution-limits.ts';

const FIRST_MS = 10_000;
const LONGEST_MS = 3_600_000;
const MONTH_MS = 30 * 24 * 3_600_000;

/** A run may spend this many at once; the rest are spread over a month. */
const EVENTS_AT_ONCE = 10_000;

/**
 * How often a repeated deploy tries again what is parked: at most once per interval, which grows from 10 s to an hour, and
 * never so often that the history would be used up within a month.
 */
export class RetryPace {
  readonly #startedAt: number;
  #next = 0;
  #interval = FIRST_MS;

  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  /** When the next repeat is taken up, where the history is as long as this; undefined = never. */
  dueAt(events: number): number | undefined {
    if (events >= EVENTS_FOR_ALL) return undefined;
    const share = (events - EVENTS_AT_ONCE + 1) / (EVENTS_FOR_ALL - EVENTS_AT_ONCE);
    return Math.max(this.#next, share <= 0 ? 0 : Math.ceil(this.#startedAt + share * MONTH_MS));
  }

  take(now: number): void {
    this.#next = now + this.#interval;
    this.#interval = Math.min(this.#interval * 2, LONGEST_MS);
  }
}
