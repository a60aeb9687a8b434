import { ApplicationFailure } from '@temporalio/workflow';
import type { ParkedStep, ResolveRequest } from './messages.ts';

const ACTIONS = ['retry', 'skip', 'abort'];

/** No input means: retry everything that is parked. */
export const RETRY_ALL: ResolveRequest = { action: 'retry' };

/** Thrown in a validator, a failure reaches the caller with its code and leaves nothing in the history. */
export const refuse = (code: string, message: string, details?: object): ApplicationFailure =>
  ApplicationFailure.nonRetryable(message, code, ...(details === undefined ? [] : [details]));

/** Checks a decision typed by hand, as the Web UI sends it. */
export function checkResolve(input: ResolveRequest | undefined, parked: readonly ParkedStep[]): void {
  const request = input ?? RETRY_ALL;
  if (typeof request !== 'object' || !ACTIONS.includes(request.action))
    throw refuse('InvalidRequest', `action must be one of ${ACTIONS.join(', ')}: got ${JSON.stringify(input)}`);
  if (request.targets !== undefined && !Array.isArray(request.targets))
    throw refuse('InvalidRequest', `targets must be a list such as ["nats/0"]: got ${JSON.stringify(request.targets)}`);
  if (parked.length === 0) throw refuse('NothingParked', 'Nothing is parked: there is nothing to resolve.');
  const unknown = (request.targets ?? []).filter((target) => !parked.some((step) => step.target === target));
  if (unknown.length > 0)
    throw refuse(
      'NothingParked',
      `Not parked: ${unknown.join(', ')}. Parked: ${parked.map(({ target }) => target).join(', ')}`,
    );
}

/** The parked steps a decision is about. */
export const chosen = (request: ResolveRequest, parked: readonly ParkedStep[]): ParkedStep[] =>
  parked.filter(
    ({ target, park }) =>
      (request.targets ?? [target]).includes(target) && (request.park === undefined || request.park === park),
  );
