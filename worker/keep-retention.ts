import type { Store } from '../store/store.ts';

const EVERY_MS = 600_000;

/** Removes old lines of the log, and copies of logs; returns how to stop. A store that cannot be written keeps them longer. */
export function keepRetention({ log, copies }: Pick<Store, 'log' | 'copies'>, keptMs: number): () => void {
  const clear = (): void => void Promise.all([log.forget(Date.now() - keptMs), copies.sweep()]).catch(() => undefined);
  clear();
  const timer = setInterval(clear, EVERY_MS);
  return () => clearInterval(timer);
}
