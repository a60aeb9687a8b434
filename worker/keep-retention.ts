import type { Store } from '../store/store.ts';

const EVERY_MS = 3_600_000;

/** Removes old lines of the log now and then; returns how to stop. A store that cannot be written keeps them an hour longer. */
export function keepRetention({ log }: Pick<Store, 'log'>, keptMs: number): () => void {
  const forget = (): void => void log.forget(Date.now() - keptMs).catch(() => undefined);
  forget();
  const timer = setInterval(forget, EVERY_MS);
  return () => clearInterval(timer);
}
