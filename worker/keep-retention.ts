import type { Store } from '../store/store.ts';

const EVERY_MS = 600_000;

/**
 * Removes old log lines, copies of logs and surveys of runs that have ended; returns a function that stops this. While the store
 * cannot be written they stay.
 */
export function keepRetention(
  { log, copies, surveys }: Pick<Store, 'copies' | 'log' | 'surveys'>,
  keptMs: number,
): () => void {
  const clear = (): void =>
    void Promise.all([log.forget(Date.now() - keptMs), copies.sweep(), surveys.forgetEnded()]).catch(() => undefined);
  clear();
  const timer = setInterval(clear, EVERY_MS);
  return () => clearInterval(timer);
}
