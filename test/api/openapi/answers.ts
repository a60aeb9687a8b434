import { appendFileSync } from 'node:fs';
import process from 'node:process';
import { type Answered, documentedPath, DOCUMENT } from './described.ts';

/** Names the file in which the processes of one run of the tests gather what was answered. */
export const ANSWERS_FILE = 'ANSWERS_FILE';

const noted = new Set<string>();

/** Notes that a documented route has answered so; nothing where only some of the tests run. */
export function noteAnswer(answered: Answered): void {
  const file = process.env[ANSWERS_FILE];
  const path = documentedPath(answered);
  if (file === undefined || path === undefined) return;
  const answer = spelled(answered.method, path, answered.status, codeIn(answered));
  if (noted.has(answer)) return;
  noted.add(answer);
  appendFileSync(file, `${answer}\n`);
}

/** `GET /deployment-engine/status 403 ConfigMissing`, and `... 200`, for each answer that the API is described with. */
export const documentedAnswers = (): string[] =>
  Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { responses }]) =>
      Object.entries(responses)
        // How the Temporal Web UI answers is its own affair.
        .filter(([status]) => status !== 'default')
        .flatMap(([status, { content = {} }]) => {
          const codes = codesOf(content['application/problem+json']?.schema);
          const hasOther = Object.keys(content).length > (codes.length > 0 ? 1 : 0) || codes.length === 0;
          return [...(hasOther ? [''] : []), ...codes].map((code) => spelled(method.toUpperCase(), path, status, code));
        }),
    ),
  );

/** Of the documented answers, those that are not among `answers`. */
export function unseen(answers: readonly string[]): string[] {
  const seen = new Set(answers);
  return documentedAnswers().filter((answer) => !seen.has(answer));
}

const spelled = (method: string, path: string, status: number | string, code: string): string =>
  `${method} ${path} ${status} ${code}`.trimEnd();

function codeIn({ headers, text }: Answered): string {
  if (headers.get('content-type')?.startsWith('application/problem+json') !== true || text === '') return '';
  return (JSON.parse(text) as { code: string }).code;
}

/** As `api/openapi/problems.ts` describes them. */
function codesOf(schema: object | undefined): readonly string[] {
  const { allOf = [] } = (schema ?? {}) as { allOf?: { properties?: { code?: { enum?: string[] } } }[] };
  return allOf.flatMap(({ properties }) => properties?.code?.enum ?? []);
}
