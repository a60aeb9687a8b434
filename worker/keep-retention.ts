import type { Store } from '../store/store.ts';

const EVERY_MS = 600_000;

/** Removes old log lines and copies of logs; returns a function that stops this. While the store cannot be written they stay. */
export function keepRetention({ log, copies }: Pick<Store, 'log' | 'copies'>, keptMs: number): () => void {
  const clear = (): void => void Promise.all([log.forget(Date.now() - keptMs), copies.sweep()]).catch(() => undefined);
  clear();
  const timer = setInterval(clear, EVERY_MS);
  return () => clearInterval(timer);
}
