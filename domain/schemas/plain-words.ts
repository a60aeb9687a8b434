import type { z } from 'zod';
import { oneOf } from '../text/joined.ts';
import { packed } from '../text/packed.ts';
import { type Phrase, phrase } from '../text/text.ts';

const TYPES: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
};

/** What is wrong with a value, for whoever sent it; undefined leaves the words to zod. */
export function plainWords(issue: z.core.$ZodRawIssue): string | undefined {
  const words = wordsFor(issue);
  return words === undefined || typeof words === 'string' ? words : packed(words);
}

function wordsFor(issue: z.core.$ZodRawIssue): Phrase | string | undefined {
  if (issue.code === 'invalid_type')
    return issue.input === undefined
      ? 'is missing'
      : phrase('must be {what}', { what: TYPES[issue.expected] ?? issue.expected });
  if (issue.code === 'invalid_value') return phrase('must be {what}', { what: oneOf(issue.values.map(String)) });
  if (issue.code === 'too_small')
    return issue.origin === 'number'
      ? phrase('must be at least {least}', { least: Number(issue.minimum) })
      : 'must not be empty';
  if (issue.code === 'too_big')
    return issue.origin === 'number'
      ? phrase('must be at most {most}', { most: Number(issue.maximum) })
      : phrase('must have at most {most} characters', { most: Number(issue.maximum) });
  return undefined;
}
