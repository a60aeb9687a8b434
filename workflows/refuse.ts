import { ApplicationFailure } from '@temporalio/workflow';
import type { Reply } from './messages.ts';

/** Thrown in a validator, a failure reaches the caller with its code and leaves nothing in the history. */
export const refuse = (code: string, message: string, details?: object): ApplicationFailure =>
  ApplicationFailure.nonRetryable(message, code, ...(details === undefined ? [] : [details]));

/** Refuses a request whose caller has given up; returns the current time. */
export function checkInTime(request: { readonly acceptBy?: number } | undefined): number {
  const now = Date.now();
  if (request?.acceptBy === undefined || now <= request.acceptBy) return now;
  throw reply('TooLate', 'no worker took the request in time, so it was refused', { now });
}

export const reply = (code: Reply, message: string, details?: object) => refuse(code, message, details);
