import { setTimeout } from 'node:timers/promises';
import { isBusy } from './failures.ts';

const PATIENCE_MS = 5_000;
const RETRY_MS = 20;

/** Waits up to 5 s for another process to release the database, without blocking this one. */
export async function whenFree<Result>(act: () => Result): Promise<Result> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return act();
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) throw error;
      await setTimeout(RETRY_MS);
    }
  }
}
