import { createHash } from 'node:crypto';
import type { Store } from '../../../store/store.ts';
import type { StepPlace } from '../workplace.ts';

/** Bytes that may wait for the store; then the command is held back. */
const MOST_WAITING = 1024 ** 2;

/** The output of one start of a command on its way into the run's log. */
export interface CommandOutput {
  /** First byte that is not in the log yet. */
  offset(startedAt: number): Promise<number>;
  /** Takes a piece; the store may lag behind. */
  take(chunk: Uint8Array, start: number, startedAt: number): Promise<void>;
  /** Everything is stored: the output ends where it ended. */
  end(startedAt: number): Promise<void>;
  /** Nothing is being written any more, whether or not it succeeded. */
  settled(): Promise<void>;
}

/** @param key names the command; one that failed is started again under it, so a source is one start. */
export function commandOutput(
  { store }: { readonly store: Pick<Store, 'log'> },
  { run, address, stream, step }: StepPlace,
  key: string,
): CommandOutput {
  const as = { stream, node: address, step };
  const sourceOf = (startedAt: number): string =>
    createHash('sha256')
      .update(JSON.stringify([address, key, startedAt]))
      .digest('hex');
  const offset = (startedAt: number): Promise<number> => store.log.offset(run, sourceOf(startedAt));

  let written: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  const write = (chunk: Uint8Array, start: number, startedAt: number): Promise<unknown> => {
    waiting += chunk.length;
    written = written.then(async () => {
      const source = { key: sourceOf(startedAt), start, end: start + chunk.length };
      await store.log.appendOutput(run, source, chunk, as);
      waiting -= chunk.length;
    });
    written.catch(() => {}); // it is thrown to whoever waits next
    return written;
  };

  return {
    offset,
    // A store that cannot be written holds nothing up on the node: what runs attached keeps its output nowhere else.
    take: async (chunk, start, startedAt) => {
      const taken = write(chunk, start, startedAt);
      if (waiting > MOST_WAITING) await taken;
    },
    end: async (startedAt) => {
      await written;
      const at = await offset(startedAt);
      const source = { key: sourceOf(startedAt), start: at, end: at, last: true };
      await store.log.appendOutput(run, source, new Uint8Array(), as);
    },
    settled: () =>
      written.then(
        () => {},
        () => {},
      ),
  };
}
