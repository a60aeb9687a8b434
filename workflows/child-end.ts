import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  TerminatedFailure,
} from '@temporalio/workflow';

/** The innermost failure, without Temporal's wrappers. */
function rootCauseOf(error: unknown): unknown {
  const isPassedOn = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure;
  return isPassedOn && error.cause !== undefined ? rootCauseOf(error.cause) : error;
}

interface Cause {
  readonly code: string;
  readonly message: string;
  /** May pass with time, so a parked step retries by itself. */
  readonly isRetryable: boolean;
  readonly details?: object;
}

/** The cause of a failure. One that is not the engine's own counts as retryable. */
export function causeOf(error: unknown): Cause {
  const cause = rootCauseOf(error);
  if (!(cause instanceof ApplicationFailure))
    return { code: 'Unknown', message: cause instanceof Error ? cause.message : String(cause), isRetryable: true };
  const details: unknown = cause.details?.[0];
  const isRetryable =
    typeof details === 'object' && details !== null && 'isRetryable' in details && details.isRetryable === true;
  return {
    code: cause.type ?? 'Unknown',
    message: cause.message,
    isRetryable,
    ...(typeof details === 'object' && details !== null ? { details } : {}),
  };
}

export const wasTerminated = (error: unknown): boolean => rootCauseOf(error) instanceof TerminatedFailure;

/** Why a child that did not end by itself counts as given up. */
export function whyGivenUp(error: unknown): string {
  const cause = rootCauseOf(error);
  if (wasTerminated(error)) return 'its workflow was terminated by hand';
  if (cause instanceof CancelledFailure) return 'its workflow was cancelled by hand';
  return causeOf(error).message;
}
