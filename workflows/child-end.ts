import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  TerminatedFailure,
} from '@temporalio/workflow';

/** What a failure comes from, without what it passed through on its way. */
function rootCauseOf(error: unknown): unknown {
  const isPassedOn = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure;
  return isPassedOn && error.cause !== undefined ? rootCauseOf(error.cause) : error;
}

interface Cause {
  readonly code: string;
  readonly message: string;
  /** Time may help, so a parked step tries again by itself. */
  readonly isRetryable: boolean;
  readonly details?: object;
}

/** What a failure comes from. One that is not the engine's own may pass. */
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
