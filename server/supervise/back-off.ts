const FIRST_MS = 100;
const LONGEST_MS = 10_000;
const HEALTHY_MS = 30_000;

/** Milliseconds until a program that ended is started again: 100 ms doubling to 10 s, anew after 30 s of health. */
export const nextDelay = (previousMs: number | undefined, livedMs: number): number =>
  previousMs === undefined || livedMs >= HEALTHY_MS ? FIRST_MS : Math.min(previousMs * 2, LONGEST_MS);
