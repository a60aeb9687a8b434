import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';
import { endedWithoutAnswer, engineErrorOf, refusalOf } from './temporal-errors.ts';

/** A worker must take the request up within this time; later it refuses it by itself. */
export const ACCEPTED_WITHIN_MS = 4_500;
/** Time for the word to arrive that a request was taken up; without it a worker could act after the sender was refused. */
export const ACCEPTANCE_TRAVELS_MS = 600;
/** The same for the answer, which a busy machine gives later. */
export const ANSWER_TRAVELS_MS = 1_500;
export const ASK_AGAIN_MS = 200;

/** The answer when the cluster's workflow did not accept a request in time. */
export function lastWord(error: unknown): unknown {
  if (endedWithoutAnswer(error))
    return new DeploymentEngineError('RunEnded', 'the run was terminated before it could say what it had done', {
      cause: error,
    });
  const { type, text = '', details = {} } = refusalOf(error) ?? {};
  if (type !== 'RunEnding') return engineErrorOf(error);
  return new DeploymentEngineError('RunInProgress', phrase('{why}; ask again when it has ended', { why: text }), {
    details,
    cause: error,
  });
}
