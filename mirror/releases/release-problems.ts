import { InputError } from '../../domain/errors.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';

/** Why a release was not taken in: one problem per line, as there may be dozens. */
export function releaseProblems(error: unknown): string {
  if (!(error instanceof InputError)) return (error as Error).message;
  const lines = error.problems.map(
    ({ pointer, message }) => `\n  ${pointer && `${pointer}: `}${inOwnLanguage(message)}`,
  );
  return `the release is not taken in (${error.code}):${lines.join('')}`;
}
