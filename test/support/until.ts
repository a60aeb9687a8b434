import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for a condition; fails with what was waited for. */
export async function until(claim: () => boolean | Promise<boolean>, what: string, withinMs = 100_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await claim())) {
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(20);
  }
}
