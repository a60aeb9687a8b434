import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { isEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';
import type { AccessToken } from '../../store/callers/contract.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { callerOf } from '../callers/caller.ts';
import { callerWith } from '../callers/callers.ts';
import { credentialOf, isSecureFor, sessionCookie, sessionOf } from '../callers/credential.ts';
import { sendLoginPage } from '../callers/login-page.ts';
import { ownPlace } from '../callers/own-place.ts';
import { noteOperation } from '../http/operations-log.ts';
import { languageOf } from '../http/language.ts';
import { problemHeaders } from '../http/problem.ts';
import { takesNoQuery, takesNothing } from '../http/refuse-input.ts';
import { bodyText, inputOf, keysOnce, readInput } from '../http/request-input.ts';
import { sendJson } from '../http/respond.ts';

const LASTS_MS = 12 * 3_600_000;

/** The body of `POST /session`. */
export const LoginInput = z.strictObject({
  token: z.string().max(1000).optional(),
  next: z.string().max(4000).optional(),
});

/** `POST /session`: opens a browser session for a token; `GET`: shows whose it is; `DELETE`: ends it. */
export function sessionRoutes(dependencies: ApiDependencies): Router {
  const { store, settings, callers, clock } = dependencies;
  const isSecure = isSecureFor(settings);

  return Router()
    .post('/session', takesNoQuery, async (request, response) => {
      if (!isForm(request)) {
        const { token } = readInput(LoginInput, inputOf(request));
        return sendJson(response, 201, await open(token, request, response));
      }
      const { token, next } = readInput(LoginInput, keysOnce(new URLSearchParams(bodyText(request))));
      const place = ownPlace(next);
      try {
        await open(token, request, response);
      } catch (error) {
        if (!isEngineError(error, 'Unauthorized') && !isEngineError(error, 'TooManyRequests')) throw error;
        for (const [name, value] of Object.entries(problemHeaders(error, error))) response.setHeader(name, value);
        const problem = error.status === 429 ? error.text : phrase('This is not a token that is in force.');
        const language = languageOf(request.headers['accept-language']);
        return sendLoginPage(response, { status: error.status, next: place, problem, language });
      }
      response.writeHead(303, { Location: place }).end();
    })
    .get('/session', takesNothing, (_request, response) => {
      const { name, scope, expiresAt } = callerOf(response) ?? {};
      const until = expiresAt === undefined ? null : new Date(expiresAt).toISOString();
      sendJson(response, 200, { name, scope, until });
    })
    .delete('/session', takesNothing, async (request, response) => {
      const session = sessionOf(request.headers, isSecure);
      const token = session === undefined ? undefined : await store.sessions.find(session);
      if (session !== undefined) await store.sessions.close(session);
      if (token !== undefined) await note('closed', token, request);
      response.setHeader('Set-Cookie', sessionCookie('', 0, isSecure));
      response.writeHead(204).end();
    });

  async function open(sent: string | undefined, request: Request, response: Response) {
    const credential =
      sent === undefined ? bearerOf(request, isSecure) : ({ kind: 'token', text: sent.trim() } as const);
    const token = await callers.prove(credential, request);
    const until = Math.min(token.expiresAt, clock() + LASTS_MS);
    const session = await store.sessions.open(token.id, until);
    const { name } = callerWith(token);
    await note('opened', token, request);
    response.setHeader('Set-Cookie', sessionCookie(session, Math.floor((until - clock()) / 1000), isSecure));
    return { name, scope: token.scope, until: new Date(until).toISOString() };
  }

  function note(what: 'opened' | 'closed', token: AccessToken, request: Request): Promise<void> {
    return noteOperation(
      store,
      phrase(`session ${what} by {caller} from {address}`, {
        caller: callerWith(token).name,
        address: callers.addressOf(request),
      }),
    );
  }
}

/** Otherwise a session could prolong itself by opening the next one. */
function bearerOf({ headers }: Request, isSecure: boolean) {
  const credential = credentialOf(headers, isSecure);
  return credential?.kind === 'token' ? credential : undefined;
}

const isForm = (request: Request): boolean => /^(token|next)=/.test(bodyText(request));
