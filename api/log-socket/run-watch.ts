import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../../store/store.ts';

/** Tells any number of waiting readers about the next run with one store query. */
export interface RunWatch {
  /** Number of the newest run, 0 before the first. */
  newest(): Promise<number>;
  /** The run after this one, once it has begun. Rejects when aborted. */
  after(run: number, signal: AbortSignal): Promise<number>;
}

const LOOK_EVERY_MS = 200;

export function createRunWatch({ runs }: Pick<Store, 'runs'>, lookEveryMs = LOOK_EVERY_MS): RunWatch {
  let look: Promise<number> | undefined;

  const newest = async (): Promise<number> => (await runs.list({ limit: 1 }))[0]?.number ?? 0;
  // Readers that wait at the same time share one query.
  const nextLook = (): Promise<number> => {
    look ??= sleep(lookEveryMs)
      .then(newest)
      .finally(() => (look = undefined));
    return look;
  };

  return {
    newest,
    async after(run, signal) {
      let seen = await newest();
      while (seen <= run) {
        signal.throwIfAborted();
        seen = await nextLook();
      }
      // Run numbers may have gaps.
      const later = await runs.list({ before: seen + 1, limit: seen - run });
      return later.findLast(({ number }) => number > run)?.number ?? seen;
    },
  };
}
