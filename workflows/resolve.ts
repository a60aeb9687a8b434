import { DECISIONS } from '../domain/run/decision.ts';
import { STEPS } from '../domain/steps.ts';
import { phrase } from '../domain/text/text.ts';
import type { ParkedStep, ResolveRequest } from './messages.ts';
import { refuse } from './refuse.ts';

/** No input means: retry everything that is parked. */
export const RETRY_ALL: ResolveRequest = { action: 'retry' };

/** Checks a decision typed by hand, as the Web UI sends it. */
export function checkResolve(input: ResolveRequest | undefined, parked: readonly ParkedStep[]): void {
  const request = checkForm(input);
  if (parked.length === 0) throw refuse('NothingParked', 'Nothing is parked: there is nothing to resolve.');
  const unknown = (request.targets ?? []).filter((target) => !parked.some((step) => step.target === target));
  if (unknown.length > 0)
    throw refuse(
      'NothingParked',
      phrase('Not parked: {unknown}. Parked: {parked}', { unknown, parked: parked.map(({ target }) => target) }),
    );
  checkSkip(request, parked);
}

/** Whether a signal, which cannot be refused, is a decision; targets that are not parked any more do not count. */
export function isDecision(input: unknown, parked: readonly ParkedStep[]): boolean {
  if (input === undefined || input === null) return false;
  try {
    checkSkip(checkForm(input as ResolveRequest), parked);
    return true;
  } catch {
    return false;
  }
}

function checkForm(input: ResolveRequest | undefined): ResolveRequest {
  const request = input ?? RETRY_ALL;
  if (typeof request !== 'object' || !DECISIONS.includes(request.action))
    throw refuse(
      'InvalidRequest',
      phrase('action must be one of {decisions}: got {input}', {
        decisions: DECISIONS,
        input: JSON.stringify(input) ?? 'nothing',
      }),
    );
  if (request.targets !== undefined && !Array.isArray(request.targets))
    throw refuse(
      'InvalidRequest',
      phrase('targets must be a list such as ["nats/0"]: got {targets}', { targets: JSON.stringify(request.targets) }),
    );
  if (request.park !== undefined && typeof request.park !== 'number')
    throw refuse('InvalidRequest', phrase('park must be a number: got {park}', { park: JSON.stringify(request.park) }));
  if (request.reason !== undefined && typeof request.reason !== 'string')
    throw refuse(
      'InvalidRequest',
      phrase('reason must be a text: got {reason}', { reason: JSON.stringify(request.reason) }),
    );
  return request;
}

function checkSkip(request: ResolveRequest, parked: readonly ParkedStep[]): void {
  if (request.action !== 'skip') return;
  for (const { step } of chosen(request, parked))
    if (!STEPS[step].skippable)
      throw refuse(
        'InvalidRequest',
        phrase('{step} cannot be skipped: nothing could follow it. Retry or abort.', { step }),
      );
}

/** The parked steps a decision is about. */
export const chosen = (request: ResolveRequest, parked: readonly ParkedStep[]): ParkedStep[] =>
  parked.filter(
    ({ target, park }) =>
      (request.targets ?? [target]).includes(target) && (request.park === undefined || request.park === park),
  );
