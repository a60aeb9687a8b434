import { setTimeout as wait } from 'node:timers/promises';

/** A store that has said nothing by then counts as one that does not answer. */
export const STORE_ANSWERS_WITHIN_MS = 1_000;

/** What comes of an act, or else the other where that takes longer. A late act goes on, and nobody hears of its end. */
export async function within<Result, Other>(ms: number, act: Promise<Result>, other: Other): Promise<Result | Other> {
  const timer = new AbortController();
  try {
    return await Promise.race([act, wait(ms, other, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}
