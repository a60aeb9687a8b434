import type { NewLogLine } from '../domain/log.ts';
import type { LogWriter } from '../store/log-writer.ts';

interface Place {
  readonly run: number;
  readonly stream: string;
  readonly node: string;
  readonly step: string;
  /** Names this attempt: the same line of the same attempt is stored once. */
  readonly attempt: string;
}

/** Lines of the engine about one attempt of one step. */
export interface StepLog {
  write(level: NewLogLine['level'], line: string): void;
}

export function createStepLog(log: LogWriter, { run, stream, node, step, attempt }: Place): StepLog {
  let ordinal = 0;
  return {
    write: (level, line) => {
      ordinal += 1;
      log.write(run, [{ stream, node, step, level, line: `${step}: ${line}` }], `${attempt}/${ordinal}`);
    },
  };
}
