import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { DeploymentEngineError, type ErrorDetails, isEngineError, textOf } from '../../domain/errors.ts';
import { carrying } from '../../domain/text/carried-text.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';

/** Where Node's own file operations meet a disk that cannot be written, the mirror's for example. */
const DISK_FAULTS: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS']);

/** Our errors as Temporal failures: `type` is the code, the details tell the workflow what may help. */
export const toFailure = (
  { code, text, retries, isRetryable }: JudgedFailure,
  details: ErrorDetails = {},
): ApplicationFailure =>
  ApplicationFailure.create({
    type: code,
    message: inOwnLanguage(text),
    nonRetryable: !retries,
    details: [{ ...details, isRetryable, ...carrying(text) }],
  });

interface JudgedFailure extends Pick<DeploymentEngineError, 'text'>, Required<Pick<ErrorDetails, 'isRetryable'>> {
  readonly code: string;
  /** Another attempt follows by itself. */
  readonly retries: boolean;
}

/** Wraps an activity without a step record: engine errors become failures, everything else passes. */
export function guarded<Args extends readonly unknown[], Result>(
  run: (...args: Args) => Promise<Result>,
  /** Told that the store could not be written, before the activity is retried. */
  onUnwritable: (error: DeploymentEngineError, ...args: Args) => void = () => {},
) {
  return async (...args: Args): Promise<Result> => {
    try {
      return await run(...args);
    } catch (thrown) {
      const error = isDiskFault(thrown) ? known(thrown) : thrown;
      if (isCancelled(error) || !isEngineError(error)) throw error;
      if (error.code === 'StoreUnwritable') onUnwritable(error, ...args);
      throw failureOf(error, error.retry === 'no');
    }
  };
}

/** Ends the activity for good even if its error could be retried: nothing has begun that must be ended. */
export const refusal = (error: DeploymentEngineError): ApplicationFailure => failureOf(error, true);

const failureOf = (
  { code, message, text, details }: DeploymentEngineError,
  nonRetryable: boolean,
): ApplicationFailure =>
  ApplicationFailure.create({ type: code, message, nonRetryable, details: [{ ...details, ...carrying(text) }] });

/** Returns an engine error as it is, and turns a full disk under Node's file operations, or anything unexpected, into one. */
export function known(error: unknown): DeploymentEngineError {
  if (isEngineError(error)) return error;
  return new DeploymentEngineError(isDiskFault(error) ? 'StoreUnwritable' : 'CommandFailed', textOf(error), {
    cause: error,
  });
}

const isDiskFault = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && DISK_FAULTS.has(error.code);

export const isCancelled = (error: unknown): boolean =>
  error instanceof CancelledFailure || (error instanceof Error && error.name === 'AbortError');
