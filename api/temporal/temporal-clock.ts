import { refusalOf } from './temporal-errors.ts';

/** The clock of the Temporal server, which decides whether a request is too late. */
export interface TemporalClock {
  /** Milliseconds since the epoch, as far as it is known. */
  now(): number;
  /** Whether the error says that a request came too late; if so, learns the server's time from it. */
  isTooLate(error: unknown): boolean;
}

export function createTemporalClock(): TemporalClock {
  // Known once a request was too late for the server but not by this machine's clock.
  let ahead = 0;
  let atOrigin = Infinity;
  return {
    // The earlier one where a clock was set since then: what is too early is learnt anew, what is too late is believed.
    now: () => Math.min(Date.now() + ahead, Math.round(atOrigin + performance.now())),
    isTooLate(error) {
      const { type, details } = refusalOf(error) ?? {};
      if (type !== 'TooLate') return false;
      if (typeof details?.['now'] === 'number') {
        ahead = details['now'] - Date.now();
        atOrigin = details['now'] - performance.now();
      }
      return true;
    },
  };
}
