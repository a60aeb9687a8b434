import { randomUUID } from 'node:crypto';
import { isEngineError } from '../../domain/errors.ts';
import { localLine, type NewLogLine } from '../../domain/run/log.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import type { LineBatch, RunLog } from './contract.ts';

/** Collects the engine's own lines and stores them in batches per run. */
export interface LogWriter {
  /** Queues lines, in order; `id` as in `RunLog.append`. */
  write(run: number, lines: readonly NewLogLine[], id?: string): void;
  /** Once the log can be written again, it will say for how long and why it could not. */
  outage(run: number, reason: Text): void;
  /**
   * Stores everything queued up to now. Rejects with the error if lines of `run` (default: of any run) could not be stored: if the
   * run has ended they are dropped, else they stay queued and are tried again.
   */
  flush(run?: number): Promise<void>;
  /** Flushes and stops. */
  close(): Promise<void>;
}

const RETRY_MS = 1_000;

/** `flushMs`: how long lines may wait to be stored together; default 100. */
export function createLogWriter(
  log: Pick<RunLog, 'appendAll'>,
  { flushMs = 100 }: { readonly flushMs?: number } = {},
): LogWriter {
  let waiting = new Map<number, LineBatch[]>();
  let timer: NodeJS.Timeout | undefined;
  let flushing: Promise<void> = Promise.resolve();
  const failures = new Map<number, unknown>();
  const outages = new Map<number, Outage>();

  const queue = (run: number): LineBatch[] => {
    const known = waiting.get(run) ?? [];
    waiting.set(run, known);
    return known;
  };

  const storeRun = async (run: number, batches: readonly LineBatch[]): Promise<void> => {
    const outage = outages.get(run);
    try {
      await log.appendAll(run, outage === undefined ? batches : [...batches, told(outage)]);
      failures.delete(run);
      outages.delete(run);
    } catch (error) {
      failures.set(run, error);
      if (isFinal(error)) outages.delete(run);
      // After hours there may be more of them than a call takes arguments.
      else waiting.set(run, [...batches, ...queue(run)]);
      if (isEngineError(error, 'StoreUnwritable')) begin(run, error.text);
    }
  };

  const begin = (run: number, reason: Text): void => {
    if (!outages.has(run)) outages.set(run, { id: randomUUID(), since: Date.now(), reason });
  };

  const storeAll = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const taken = waiting;
    waiting = new Map();
    for (const [run, batches] of taken) await storeRun(run, batches);
    if (waiting.size > 0) plan(failures.size > 0 ? RETRY_MS : flushMs);
  };

  // One at a time, so that the lines of a run keep their order.
  const enqueue = (): Promise<void> => (flushing = flushing.then(storeAll));

  const plan = (delay: number): void => {
    timer ??= setTimeout(() => void enqueue(), delay);
  };

  const flush = async (run?: number): Promise<void> => {
    await enqueue();
    const failed = run ?? failures.keys().next().value;
    if (failed === undefined || !failures.has(failed)) return;
    const error = failures.get(failed);
    failures.delete(failed);
    throw error;
  };

  return {
    write(run, lines, id) {
      queue(run).push({ lines, ...(id === undefined ? {} : { id }) });
      plan(flushMs);
    },
    outage(run, reason) {
      begin(run, reason);
      queue(run);
      plan(RETRY_MS);
    },
    flush,
    async close() {
      try {
        await flush();
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

const isFinal = (error: unknown): boolean => isEngineError(error, 'RunEnded') || isEngineError(error, 'RunNotFound');

interface Outage {
  readonly id: string;
  readonly since: number;
  readonly reason: Text;
}

const told = ({ id, since, reason }: Outage): LineBatch => {
  const seconds = Math.ceil((Date.now() - since) / 1000);
  const line = phrase('the store could not be written for {seconds} s, and work waited: {reason}', { seconds, reason });
  return { id, lines: [localLine(line, 'warn')] };
};
