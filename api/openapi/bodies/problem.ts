import { z } from 'zod';
import { type ErrorCode, ERRORS } from '../../../domain/errors.ts';
import { named, text } from './named.ts';

const CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

export const place = named(
  'Place',
  'One problem of an input, or a warning about it.',
  z.strictObject({
    pointer: z.string().describe('JSON pointer with the keys that were sent; empty: the whole.'),
    message: text,
  }),
);

export const problem = named(
  'Problem',
  'RFC 9457. Programs look at `code`; docs/errors.md says what each means and what helps. Further members depend on the code.',
  z.looseObject({
    type: z.string().describe('`urn:deployment-engine:error:` and the code.'),
    title: text,
    status: z.int(),
    detail: text,
    code: z.enum(CODES),
    errors: z.array(place).describe('Every problem of the input at once, the first 50 of them.'),
    errorCount: z.int().optional().describe('How many problems there are.'),
    retryAfter: z.int().optional().describe('Seconds, as in `Retry-After`.'),
    run: z.int().optional().describe('The run that is in the way, or that failed.'),
    hash: z.string().optional().describe('Of the plan to confirm, with `ConfirmationNeeded`.'),
  }),
);
