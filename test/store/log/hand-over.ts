import type { Store } from '../../../store/store.ts';
import { FROM_NATS } from '../samples.ts';

/** Hands over the bytes from `start` on. */
export const hand = (
  store: Store,
  run: number,
  text: string | Uint8Array,
  { start = 0, last = false } = {},
): Promise<number> => {
  const bytes = Buffer.from(text);
  return store.log.appendOutput(run, { key: 'job', start, end: start + bytes.length, last }, bytes, FROM_NATS);
};
