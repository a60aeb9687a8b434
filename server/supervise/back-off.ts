const FIRST_MS = 100;
const LONGEST_MS = 10_000;
const HEALTHY_MS = 30_000;

/** Milliseconds until a program that ended is started again: 100 ms, doubled up to 10 s; reset after 30 healthy seconds. */
export const nextDelay = (previousMs: number | undefined, livedMs: number): number =>
  previousMs === undefined || livedMs >= HEALTHY_MS ? FIRST_MS : Math.min(previousMs * 2, LONGEST_MS);
