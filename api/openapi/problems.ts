import { STATUS_CODES } from 'node:http';
import { type ErrorCode, ERRORS } from '../../domain/errors.ts';
import { PROBLEM_TITLES } from '../http/problem-titles.ts';
import { html } from './operations/shared.ts';
import { problem } from './bodies/problem.ts';
import { type Json, schemaOf } from './schemas.ts';
import type { HeaderName } from './operation.ts';

/** What every route answers that is asked in a way nobody can use. */
const COMMON = ['InvalidRequest', 'ForeignOrigin', 'RequestTimedOut', 'BodyTooLarge', 'HeadersTooLarge'] as const;
/** What every route answers that asks for a token. */
const OF_CALLERS = ['Unauthorized', 'Forbidden', 'TooManyRequests'] as const;

/** Codes that a route may answer with, by status. */
export function codesByStatus(
  own: readonly ErrorCode[],
  { asksToken, scope }: { readonly asksToken: boolean; readonly scope: string },
): ReadonlyMap<number, readonly ErrorCode[]> {
  const callers = OF_CALLERS.filter((code) => asksToken && (code !== 'Forbidden' || scope !== 'viewer'));
  const all = new Set<ErrorCode>([...COMMON, ...callers, ...own]);
  return Map.groupBy(all, (code) => ERRORS[code].status);
}

const HEADERS_OF: Readonly<Record<number, readonly HeaderName[]>> = {
  401: ['WWW-Authenticate'],
  429: ['Retry-After'],
};

/** A response with a problem document of one of these codes. */
export function problemResponse(status: number, codes: readonly ErrorCode[]) {
  const meanings = codes.map((code) => `\`${code}\`: ${PROBLEM_TITLES[code]}.`);
  const schema: Json = {
    allOf: [schemaOf(problem), { properties: { code: { enum: [...codes] } }, required: ['code'] }],
  };
  return {
    description: meanings.join(' ') || (STATUS_CODES[status] ?? ''),
    headers: HEADERS_OF[status] ?? [],
    content: {
      'application/problem+json': { schema },
      // For a browser's navigation: the page that asks for a token.
      ...(status === 401 ? { 'text/html': { schema: schemaOf(html) } } : {}),
    },
  };
}
