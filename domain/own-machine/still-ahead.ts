/**
 * Whether a time that was set at most `withinMs` ahead is still to come, all in milliseconds. One that lies further ahead was set
 * before the clock was set back.
 */
export const stillAhead = (time: number, now: number, withinMs: number): boolean =>
  time > now && time - now <= withinMs;
