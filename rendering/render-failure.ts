import { getSystemErrorMessage } from 'node:util';
import { InputError } from '../domain/errors.ts';
import { inOwnLanguage } from '../domain/text/own-language.ts';
import { phrase } from '../domain/text/text.ts';

/** Lines for the caller. */
export class RenderFailure extends Error {
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.join('; '));
    this.lines = lines;
  }
}

/** A line for each problem, to be put after the name of what has it. */
export const problemsOf = (error: unknown): string[] =>
  error instanceof InputError
    ? error.problems.map(({ pointer, message }) => `${pointer && ` ${pointer}`}: ${inOwnLanguage(message)}`)
    : [`: ${wordsOf(error)}`];

/** A file that cannot be read is named by the caller. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { errno } = error as NodeJS.ErrnoException;
  return errno === undefined
    ? error.message
    : inOwnLanguage(phrase('cannot be read: {why}', { why: getSystemErrorMessage(errno) }));
}
