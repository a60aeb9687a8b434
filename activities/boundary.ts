import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { DeploymentEngineError, isEngineError } from '../domain/errors.ts';

/** What a failed attempt means for the step. */
export interface Verdict {
  readonly code: string;
  readonly message: string;
  /** A failure of the step itself: it uses up a try. */
  readonly counts: boolean;
  /** Another attempt follows by itself. */
  readonly retries: boolean;
  /** A cause that may go away by itself: a parked step tries again on its own. */
  readonly isRetryable: boolean;
}

interface Tries {
  /** Failures of the step itself before this one. */
  readonly failures: number;
  readonly firstFailureAt: number | undefined;
}

const MOST_FAILURES = { few: 3, once: 2, no: 1 } as const;

/** Decides by code and record alone whether trying again is of use. */
export function judge(error: unknown, { failures, firstFailureAt }: Tries, patience: number, now: number): Verdict {
  const known = isEngineError(error)
    ? error
    : new DeploymentEngineError('CommandFailed', messageOf(error), { cause: error });
  const { code, message, retry } = known;
  if (retry === 'patience') {
    const retries = now - (firstFailureAt ?? now) < patience;
    return { code, message, counts: false, retries, isRetryable: true };
  }
  const retries = failures + 1 < MOST_FAILURES[retry];
  return { code, message, counts: true, retries, isRetryable: retry === 'few' };
}

/** Our errors as Temporal failures: `type` is the code, the details tell the workflow what may help. */
export const toFailure = (
  { code, message, retries, isRetryable }: Verdict,
  details: Record<string, unknown> = {},
): ApplicationFailure =>
  ApplicationFailure.create({ type: code, message, nonRetryable: !retries, details: [{ ...details, isRetryable }] });

/** Wraps an activity without a step record: engine errors become failures, everything else passes. */
export function guarded<Args extends readonly unknown[], Result>(run: (...args: Args) => Promise<Result>) {
  return async (...args: Args): Promise<Result> => {
    try {
      return await run(...args);
    } catch (error) {
      if (isCancelled(error) || !isEngineError(error)) throw error;
      throw ApplicationFailure.create({
        type: error.code,
        message: error.message,
        nonRetryable: error.retry === 'no',
        details: [{ ...error.details }],
      });
    }
  };
}

export const isCancelled = (error: unknown): boolean =>
  error instanceof CancelledFailure || (error instanceof Error && error.name === 'AbortError');

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
