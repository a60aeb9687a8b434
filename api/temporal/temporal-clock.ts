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
  return {
    now: () => Date.now() + ahead,
    isTooLate(error) {
      const { type, details } = refusalOf(error) ?? {};
      if (type !== 'TooLate') return false;
      if (typeof details?.['now'] === 'number') ahead = details['now'] - Date.now();
      return true;
    },
  };
}
