import { setTimeout } from 'node:timers/promises';
import { isLost } from './failures.ts';

const PATIENCE_MS = 5_000;
const RETRY_MS = 50;

/** Tries again for up to 5 s while the database cannot be reached, as after its restart. */
export async function whileLost<Result>(act: () => Promise<Result>): Promise<Result> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!isLost(error) || Date.now() > deadline) throw error;
      await setTimeout(RETRY_MS);
    }
  }
}
