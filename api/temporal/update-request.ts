import { DeploymentEngineError } from '../../domain/errors.ts';
import { engineErrorOf, refusalOf } from './temporal-errors.ts';

/** Within this a worker must have taken the request up; what it takes up later it refuses by itself. */
export const ACCEPTED_WITHIN_MS = 4_500;
/** For the way of an answer, which must not be missed: it would act although its sender was refused. */
export const ANSWER_TRAVELS_MS = 600;
export const ASK_AGAIN_MS = 200;

/** What a client reads when a request of the cluster's workflow was not accepted and the time is over. */
export function lastWord(error: unknown): unknown {
  const { type, message = '', details } = refusalOf(error) ?? {};
  if (type !== 'RunEnding') return engineErrorOf(error);
  return new DeploymentEngineError('RunInProgress', `${message}; ask again when it has ended`, {
    ...(details === undefined ? {} : { details }),
    cause: error,
  });
}
