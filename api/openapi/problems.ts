import { STATUS_CODES } from 'node:http';
import type { Scope } from '../../domain/access/scopes.ts';
import { type ErrorCode, ERRORS } from '../../domain/errors.ts';
import { PROBLEM_TITLES } from '../http/problem-titles.ts';
import { html } from './operations/shared.ts';
import { problem } from './bodies/problem.ts';
import { type Json, schemaOf } from './schemas.ts';
import type { HeaderName } from './operation.ts';

/** What every route answers that is asked in a way nobody can use. */
const COMMON = ['InvalidRequest', 'ForeignOrigin', 'RequestTimedOut', 'BodyTooLarge', 'HeadersTooLarge'] as const;
/** Bodies go on to the Temporal Web UI as they are. */
const OF_BODIES: readonly ErrorCode[] = ['BodyTooLarge'];
/** What every route answers that asks for a token. */
const OF_CALLERS = ['Unauthorized', 'Forbidden', 'TooManyRequests', 'StoreUnwritable'] as const;

/** Codes that a route may answer with, by status. */
export function codesByStatus(
  own: readonly ErrorCode[],
  { scope, isForeign }: { readonly scope: Scope | 'anyone'; readonly isForeign: boolean },
): ReadonlyMap<number, readonly ErrorCode[]> {
  const callers = OF_CALLERS.filter((code) => scope !== 'anyone' && (code !== 'Forbidden' || scope !== 'viewer'));
  const common = COMMON.filter((code) => !isForeign || !OF_BODIES.includes(code));
  const all = new Set<ErrorCode>([...common, ...callers, ...own]);
  return Map.groupBy(all, (code) => ERRORS[code].status);
}

const HEADERS_OF: Readonly<Record<number, readonly HeaderName[]>> = {
  401: ['WWW-Authenticate'],
  416: ['ETag', 'Accept-Ranges', 'Content-Range'],
  429: ['Retry-After'],
};

/** A response with a problem document of one of these codes; `isGet`: people may come that way. */
export function problemResponse(status: number, codes: readonly ErrorCode[], isGet: boolean) {
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
      ...(status === 401 && isGet ? { 'text/html': { schema: schemaOf(html) } } : {}),
    },
  };
}
