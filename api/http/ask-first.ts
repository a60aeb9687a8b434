import type { IncomingHttpHeaders } from 'node:http';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { phrase, type Text } from '../../domain/text/text.ts';
import { languageOf } from './language.ts';
import { looksLikeBrowser } from './looks-like-browser.ts';
import { bodyText } from './request-input.ts';
import { escaped, sendPage } from './send-page.ts';

/** GETs that act or reveal something, as the API specification has them: a browser that follows a link is asked first. */
export const ASKED_FIRST = ['deploy', 'restart', 'stop', 'plan', 'credentials'] as const;

const WHAT_HAPPENS: Readonly<Record<(typeof ASKED_FIRST)[number], Text>> = {
  deploy: phrase('Deploys the newest configuration.'),
  restart: phrase('Restarts the instances named below.'),
  stop: phrase('Stops the instances named below, until a restart or a deploy starts them.'),
  plan: phrase('Looks at all nodes and says what a deploy would do. Changes nothing.'),
  credentials: phrase('Shows the password of the Cloud Foundry admin; local.log records that it was shown.'),
};

/**
 * Navigating to one of these paths shows a page with one button. Its POST to the same path does what GET does for programs, so
 * a link alone never acts.
 */
export function askFirst(): Router {
  const router = Router();
  for (const name of ASKED_FIRST)
    router.all(`/${name}`, ((request, response, next) => {
      if (request.method === 'GET' && isNavigation(request.headers)) return sendQuestion(name, request, response);
      // POST /plan with a body is a route of its own.
      if (request.method === 'POST' && (name !== 'plan' || bodyText(request).trim() === '')) request.method = 'GET';
      next();
    }) satisfies RequestHandler);
  return router;
}

/** A browser's request of unknown purpose counts as a navigation, even for an image: it gets the page, and nothing is done. */
export function isNavigation(headers: IncomingHttpHeaders): boolean {
  const { 'sec-fetch-mode': mode, origin } = headers;
  if (mode !== undefined) return mode === 'navigate';
  return origin === undefined && looksLikeBrowser(headers);
}

function sendQuestion(name: (typeof ASKED_FIRST)[number], request: Request, response: Response): void {
  const words = [...new URLSearchParams(request.originalUrl.split('?')[1])];
  const rows = words.map(([key, value]) => `<li><code>${escaped(key)}</code> <span>${escaped(value)}</span></li>`);
  sendPage(response, {
    status: 200,
    language: languageOf(request.headers['accept-language']),
    title: name,
    main: (say) => `<p>${say(WHAT_HAPPENS[name])}</p>
      <ul>${rows.join('')}</ul>
      <form method="post"><button autofocus>${name}</button></form>`,
  });
}
