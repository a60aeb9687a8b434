import process from 'node:process';
import { CommanderError } from 'commander';
import { isEngineError } from '../domain/errors.ts';
import { exitCodeOf, WRONG_USAGE } from '../domain/exit-codes.ts';

/** Ends a command that has failed, or was asked for its help: what people read, and the exit code. */
export function endBy(error: unknown): void {
  if (error instanceof CommanderError) {
    // Commander has already said what it did not understand.
    process.exitCode = error.exitCode === 0 ? 0 : WRONG_USAGE;
    return;
  }
  process.exitCode = exitCodeOf(error);
  console.error(isEngineError(error) ? error.message : error);
}
