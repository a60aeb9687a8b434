import {
  ServiceError,
  WorkflowFailedError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, TimeoutFailure, WorkflowNotFoundError } from '@temporalio/common';
import { DeploymentEngineError, type ErrorCode, ERRORS } from '../../domain/errors.ts';
import { carriedText } from '../../domain/text/carried-text.ts';
import type { Text } from '../../domain/text/text.ts';

/** Errors of Temporal's client as errors of the engine; the type of an ApplicationFailure is our code. */
export function engineErrorOf(error: unknown): unknown {
  if (error instanceof WorkflowUpdateFailedError || error instanceof WorkflowFailedError) return refusal(error.cause);
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)
    return new DeploymentEngineError('NoWorker', 'no worker took the request in time; see data/log/worker.log', {
      cause: error,
    });
  if (isCrowded(error))
    return new DeploymentEngineError(
      'TooManyRequests',
      'the run has too many requests at the same time; ask again in a few seconds',
      { cause: error },
    );
  if (error instanceof WorkflowNotFoundError)
    return new DeploymentEngineError('RunEnded', 'the run has ended', { cause: error });
  if (error instanceof ServiceError)
    return new DeploymentEngineError('NoWorker', 'the Temporal server does not answer', { cause: error });
  return error;
}

/** The failure of a validator or handler: its type, which may not be a code of ours, and its first detail. */
export function refusalOf(
  error: unknown,
): { readonly type: string; readonly text: Text; readonly details: Record<string, unknown> } | undefined {
  if (!(error instanceof WorkflowUpdateFailedError) || !(error.cause instanceof ApplicationFailure)) return undefined;
  return { type: error.cause.type ?? '', ...carriedText(error.cause) };
}

// gRPC codes: too many updates at the same time, and too many in one execution.
const RESOURCE_EXHAUSTED = 8;
const FAILED_PRECONDITION = 9;

export const isCrowded = (error: unknown): boolean => grpcCode(error) === RESOURCE_EXHAUSTED;
export const isUsedUp = (error: unknown): boolean => grpcCode(error) === FAILED_PRECONDITION;

// The client wraps the server's error of an update, but not that of an update-with-start.
function grpcCode(error: unknown): unknown {
  const said = error instanceof ServiceError ? error.cause : error;
  return said instanceof Error && 'code' in said ? said.code : undefined;
}

/** Whether the workflow accepted the update and ended before it answered. */
export const endedWithoutAnswer = (error: unknown): boolean =>
  error instanceof WorkflowUpdateFailedError &&
  error.cause instanceof ApplicationFailure &&
  error.cause.type === 'AcceptedUpdateCompletedWorkflow';

function refusal(failure: unknown): unknown {
  const cause = failure instanceof ActivityFailure ? failure.cause : failure;
  if (cause instanceof TimeoutFailure || cause === undefined)
    return new DeploymentEngineError('NoWorker', 'no worker answered in time; see data/log/worker.log', { cause });
  if (!(cause instanceof ApplicationFailure)) return cause;
  const { type } = cause;
  const { text, details } = carriedText(cause);
  const code = type === 'TooLate' ? 'NoWorker' : isCode(type) ? type : 'InternalError';
  return new DeploymentEngineError(code, text, { details, cause });
}

const isCode = (type: string | undefined | null): type is ErrorCode =>
  typeof type === 'string' && Object.hasOwn(ERRORS, type);
