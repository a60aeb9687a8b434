import type { StepRecord } from '../../domain/run/run.ts';

interface Sums {
  readonly records: number;
  readonly attempts: number;
  readonly failures: number;
  /** A clock may have been set back, and then the newest end is not the latest. */
  readonly ended: number;
  /** Undefined = nothing has ended. */
  readonly endedAt: number | undefined;
}

/** What tells whether two readings of steps are the same. */
export const versionOf = ({ records, attempts, failures, ended, endedAt }: Sums): string =>
  [records, attempts, failures, ended, endedAt ?? ''].join(' ');

/** As the store makes it of its rows. */
export function stepsVersion(all: Iterable<Pick<StepRecord, 'attempts' | 'failures' | 'endedAt'>>): string {
  let [records, attempts, failures, ended] = [0, 0, 0, 0];
  let last: number | undefined;
  for (const { endedAt, ...record } of all) {
    records += 1;
    attempts += record.attempts;
    failures += record.failures;
    if (endedAt === undefined) continue;
    ended += 1;
    last = Math.max(last ?? endedAt, endedAt);
  }
  return versionOf({ records, attempts, failures, ended, endedAt: last });
}
