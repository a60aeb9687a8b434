import { randomUUID } from 'node:crypto';
import type { NewLogLine } from '../../domain/run/log.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import type { Text } from '../../domain/text/text.ts';
import type { LogWriter } from '../../store/log/log-writer.ts';

interface Place {
  readonly run: number;
  readonly stream: string;
  /** Undefined: of the run itself. */
  readonly node: string | undefined;
  readonly step: string;
}

/** Lines of the engine about one attempt of one step, or of a look. */
export interface StepLog {
  write(level: NewLogLine['level'], line: Text): void;
}

export function createStepLog(log: LogWriter, { run, stream, node, step }: Place): StepLog {
  // Each line of an attempt is stored once. Temporal's number of the attempt is no name for it: a reset begins at 1 again.
  const attempt = randomUUID();
  let ordinal = 0;
  return {
    write: (level, line) => {
      ordinal += 1;
      log.write(run, [{ stream, node, step, level, line: `${step}: ${inOwnLanguage(line)}` }], `${attempt}/${ordinal}`);
    },
  };
}
