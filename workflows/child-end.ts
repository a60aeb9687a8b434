import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { ErrorDetails } from '../domain/errors.ts';
import { carriedText } from '../domain/text/carried-text.ts';
import type { Text } from '../domain/text/text.ts';

/** The innermost failure, without Temporal's wrappers. */
function rootCauseOf(error: unknown): unknown {
  const isPassedOn = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure;
  return isPassedOn && error.cause !== undefined ? rootCauseOf(error.cause) : error;
}

interface Cause {
  readonly code: string;
  readonly message: Text;
  /** May pass with time, so a parked step retries by itself. */
  readonly isRetryable: boolean;
  readonly details?: ErrorDetails;
}

/** The cause of a failure. One that is not the engine's own counts as retryable. */
export function causeOf(error: unknown): Cause {
  const cause = rootCauseOf(error);
  if (!(cause instanceof ApplicationFailure))
    return { code: 'Unknown', message: cause instanceof Error ? cause.message : String(cause), isRetryable: true };
  const details = detailsOf(cause);
  return {
    code: cause.type ?? 'Unknown',
    message: carriedText(cause).text,
    isRetryable: details?.isRetryable === true,
    ...(details === undefined ? {} : { details }),
  };
}

function detailsOf({ details }: ApplicationFailure): ErrorDetails | undefined {
  const first: unknown = details?.[0];
  return typeof first === 'object' && first !== null ? (first as ErrorDetails) : undefined;
}

export const hasTimedOut = (error: unknown): boolean => rootCauseOf(error) instanceof TimeoutFailure;

export const wasTerminated = (error: unknown): boolean => rootCauseOf(error) instanceof TerminatedFailure;

/** Why a child that did not end by itself counts as given up. */
export function whyGivenUp(error: unknown): Text {
  const cause = rootCauseOf(error);
  if (wasTerminated(error)) return 'its workflow was terminated by hand';
  if (cause instanceof CancelledFailure) return 'its workflow was cancelled by hand';
  return causeOf(error).message;
}
