import { isEngineError } from './errors.ts';

/** What every program of ours ends with where it does not end well. */
export const FAILED = 1;
export const WRONG_USAGE = 2;
/** Something outside has to be put right first; trying again alone is of no use. */
export const ENVIRONMENT_LACKS = 3;

/** What a program of ours says as it ends: an error of ours explains itself, any other needs its stack. */
export const lastWords = (error: unknown): string =>
  isEngineError(error) ? error.message : String((error as Error).stack ?? error);

/** Of a program that runs for long: its store must be in order too before it is of use to start it again. */
export function exitCodeOfProgram(error: unknown): number {
  return isEngineError(error, 'StoreUnwritable') || isEngineError(error, 'EngineDamaged')
    ? ENVIRONMENT_LACKS
    : exitCodeOf(error);
}

export function exitCodeOf(error: unknown): number {
  if (isEngineError(error, 'InvalidSettings')) return WRONG_USAGE;
  return isEngineError(error, 'EnvironmentLacking') ? ENVIRONMENT_LACKS : FAILED;
}
