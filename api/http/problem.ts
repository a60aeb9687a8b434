import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { DeploymentEngineError, isEngineError, type Problem } from '../../domain/errors.ts';
import type { Language, Text } from '../../domain/text/text.ts';
import { saidJson } from './language.ts';
import { PROBLEM_TITLES } from './problem-titles.ts';
import { sendJson } from './respond.ts';

/** RFC 9457, with a stable `code`, every problem of an input, and the error's own details. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: Text;
  readonly status: number;
  readonly detail: Text;
  readonly code: string;
  readonly errors: readonly Problem[];
}

/** By then one of the requests being served has probably ended. */
const RETRY_AFTER_SECONDS = 5;

// The same whether no token came or a wrong one.
const CHALLENGE = 'Bearer realm="deployment-engine"';

/** The only place where errors become answers. */
function problemOf(error: unknown): ProblemDocument {
  const { code, status, text, details } = expected(error);
  return {
    ...details,
    type: `urn:deployment-engine:error:${code}`,
    title: PROBLEM_TITLES[code],
    status,
    detail: text,
    code,
    errors: Array.isArray(details.errors) ? (details.errors as Problem[]) : [],
  };
}

/** Answers with the problem in the caller's language; an unexpected error is logged, not shown. */
export function sendProblem(request: IncomingMessage, response: ServerResponse, error: unknown, log: Logger): void {
  const problem = problemOf(error);
  if (problem.code === 'InternalError') log.error({ err: error, url: request.url }, 'unexpected error');
  if (response.headersSent) return void response.destroy();
  for (const [name, value] of Object.entries(problemHeaders(error, problem))) response.setHeader(name, value);
  sendJson(response, problem.status, problem, 'application/problem+json');
}

/** Writes an error to a connection that has no response object, and ends it. */
export function endWithProblem(
  socket: Duplex,
  error: unknown,
  { language = 'en', headers = {} }: { readonly language?: Language; readonly headers?: Record<string, string> } = {},
): void {
  const problem = problemOf(error);
  const { json: body } = saidJson(problem, language);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `Content-Language: ${language}`,
    'Vary: Accept-Language',
    'Connection: close',
    ...Object.entries({ ...problemHeaders(error, problem), ...headers }).map(([name, value]) => `${name}: ${value}`),
  ];
  // A client that keeps its side open must not keep ours open.
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

/** What tells clients how to go on. */
export function problemHeaders(error: unknown, { status }: Pick<ProblemDocument, 'status'>): Record<string, string> {
  if (status === 401) return { 'WWW-Authenticate': CHALLENGE };
  if (status !== 429) return {};
  const { retryAfter = RETRY_AFTER_SECONDS } = isEngineError(error) ? error.details : {};
  return { 'Retry-After': String(retryAfter) };
}

function expected(error: unknown): DeploymentEngineError {
  if (isEngineError(error)) return error;
  if (isBodyError(error))
    return error.status === 413
      ? new DeploymentEngineError('BodyTooLarge', 'a body may have at most 1 MiB')
      : new DeploymentEngineError('InvalidRequest', error.message);
  return new DeploymentEngineError('InternalError', "an unexpected error; the engine's api.log has it", {
    cause: error,
  });
}

// This is how Express and its body parser mark errors of the client.
const isBodyError = (error: unknown): error is Error & { status: number } =>
  error instanceof Error &&
  'status' in error &&
  typeof error.status === 'number' &&
  error.status >= 400 &&
  error.status < 500;
