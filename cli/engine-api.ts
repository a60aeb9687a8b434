import { readFileSync } from 'node:fs';
import { speaksTls } from '../domain/schemas/callers.ts';
import { inOwnLanguage, ownLanguage } from '../domain/text/own-language.ts';
import { phrase } from '../domain/text/text.ts';
import { authority, type Environment, parseSettings, reachedHere } from '../domain/schemas/settings.ts';

/** The engine's refusal in its own words: one line per problem. */
class Refused extends Error {}

/** Thrown when nothing answers at the engine's address. */
export class EngineNotReached extends Error {}

/** An engine and what it knows its caller by. */
export interface EngineAccess {
  /** `https://engine.example:50000`. */
  readonly base: string;
  readonly token: string | undefined;
}

/** `DEPLOYMENT_ENGINE_URL`, else this machine's engine; the token of `DEPLOYMENT_ENGINE_TOKEN`, or in `.._TOKEN_FILE`. */
export function engineAccess(env: Environment): EngineAccess {
  const { DEPLOYMENT_ENGINE_URL: url, DEPLOYMENT_ENGINE_TOKEN: given, DEPLOYMENT_ENGINE_TOKEN_FILE: file } = env;
  const token = given || (file ? readFileSync(file, 'utf8').trim() : undefined);
  if (url) return { base: URL.parse(url)?.origin ?? url, token };
  // Where it listens and what speaks TLS is all that matters here; whether it may start is its own affair.
  const settings = parseSettings({ ...env, DEPLOYMENT_ENGINE_AUTH: 'none-i-know' });
  return { base: `${speaksTls(settings) ? 'https' : 'http'}://${authority(reachedHere(settings.listen))}`, token };
}

/** Calls the engine's documented API; `body` is sent as it is. */
export async function callEngine(
  { base, token }: EngineAccess,
  method: 'GET' | 'POST',
  path: string,
  body?: string,
): Promise<unknown> {
  const url = `${base}/deployment-engine${path}`;
  const headers = {
    'Accept-Language': ownLanguage(),
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
  };
  const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) }).catch(
    (cause: unknown) => {
      throw new EngineNotReached(notReached(base, cause), { cause });
    },
  );
  const document: unknown = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(problemText(document as Problem, answer.status));
  return document;
}

function notReached(base: string, error: unknown): string {
  const { code = '', message = '' } = ((error as Error).cause ?? {}) as { code?: string; message?: string };
  return inOwnLanguage(
    /CERT|SIGNATURE/.test(code)
      ? phrase(
          "{base} shows a certificate that is not trusted ({why}): name its authority's file in NODE_EXTRA_CA_CERTS, and in DEPLOYMENT_ENGINE_URL the name it is for",
          { base, why: message },
        )
      : phrase('No engine answers at {base}: start ./DeploymentEngineServer', { base }),
  );
}

interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
}

function problemText({ title, detail, errors = [] }: Problem, status: number): string {
  const lines = errors.map(({ pointer, message }) => `  ${pointer || '/'}: ${message}`);
  return [
    title ?? inOwnLanguage(phrase('The engine answered {status}', { status })),
    ...(lines.length > 0 ? lines : [`  ${detail ?? ''}`]),
  ].join('\n');
}
