import { ApplicationFailure } from '@temporalio/workflow';
import { carrying } from '../domain/text/carried-text.ts';
import { inOwnLanguage } from '../domain/text/own-language.ts';
import { type Text } from '../domain/text/text.ts';
import type { Reply } from './messages.ts';

/** Thrown in a validator, a failure reaches the caller with its code and leaves nothing in the history. */
export const refuse = (code: string, message: Text, details?: object): ApplicationFailure =>
  ApplicationFailure.nonRetryable(inOwnLanguage(message), code, ...detailsOf({ ...carrying(message), ...details }));

const detailsOf = (details: object): object[] => (Object.keys(details).length === 0 ? [] : [details]);

/** Refuses a request whose caller has given up; returns the current time. */
export function checkInTime(request: { readonly acceptBy?: number } | undefined): number {
  const now = Date.now();
  if (request?.acceptBy === undefined || now <= request.acceptBy) return now;
  throw reply('TooLate', 'no worker took the request in time, so it was refused', { now });
}

export const reply = (code: Reply, message: Text, details?: object) => refuse(code, message, details);
