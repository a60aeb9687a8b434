import type { LogLine } from '../../domain/run/log.ts';
import type { RunLog } from '../../store/log/contract.ts';

/** Who reads the log over WebSocket now, and how far each has got. */
export interface LogReaders {
  /** Until aborted. `readsAll`: a reader of one stream is never at the newest line, so its lag is not measured. */
  add(signal: AbortSignal, readsAll: boolean): LogReader;
  count(): number;
  /** Lines that the slowest reader has not been sent yet. */
  lag(log: Pick<RunLog, 'last'>): Promise<number>;
}

export interface LogReader {
  sent(line: Pick<LogLine, 'run' | 'seq'>): void;
}

interface Place {
  readonly readsAll: boolean;
  at: Pick<LogLine, 'run' | 'seq'> | undefined;
}

export function createLogReaders(): LogReaders {
  const readers = new Set<Place>();
  return {
    add(signal, readsAll) {
      const reader: Place = { readsAll, at: undefined };
      readers.add(reader);
      signal.addEventListener('abort', () => readers.delete(reader));
      return { sent: ({ run, seq }) => void (reader.at = { run, seq }) };
    },
    count: () => readers.size,
    async lag(log) {
      const places = [...readers].flatMap(({ readsAll, at }) => (readsAll && at !== undefined ? [at] : []));
      const lags = [...Map.groupBy(places, ({ run }) => run)].map(async ([run, at]) => {
        const furthestBack = Math.min(...at.map(({ seq }) => seq));
        return Math.max(0, (await log.last(run)) - furthestBack);
      });
      return Math.max(0, ...(await Promise.all(lags)));
    },
  };
}
