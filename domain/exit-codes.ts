import { isEngineError } from './errors.ts';

/** What every program of ours ends with where it does not end well. */
export const FAILED = 1;
export const WRONG_USAGE = 2;
/** Something outside has to be put right first; trying again alone is of no use. */
export const ENVIRONMENT_LACKS = 3;

export function exitCodeOf(error: unknown): number {
  if (isEngineError(error, 'InvalidSettings')) return WRONG_USAGE;
  return isEngineError(error, 'EnvironmentLacking') ? ENVIRONMENT_LACKS : FAILED;
}
