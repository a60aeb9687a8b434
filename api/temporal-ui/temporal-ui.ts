import { type IncomingMessage, request as forward, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { Request, RequestHandler } from 'express';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { HostAndPort } from '../../domain/schemas/settings.ts';
import { inLanguage } from '../../domain/text/in-language.ts';
import type { Text } from '../../domain/text/text.ts';
import { isOwnFrame } from '../http/foreign-requests.ts';
import { languageOf, markLanguage } from '../http/language.ts';
import { sendUiPage } from './temporal-ui-page.ts';
import { upstreamHeaders } from './upstream-headers.ts';

/**
 * The Temporal Web UI: requests are passed on to one that runs with `--ui-public-path` equal to our mount path, or browsers led to
 * the same page of one that has a URL of its own.
 */
export const temporalUi = (ui: HostAndPort | string | undefined): RequestHandler =>
  typeof ui === 'string' ? leadTo(ui) : passOnTo(ui);

const leadTo =
  (url: string): RequestHandler =>
  ({ url: page }, response) =>
    response.writeHead(302, { Location: `${url}${page}`, 'Referrer-Policy': 'no-referrer' }).end();

function passOnTo(target: HostAndPort | undefined): RequestHandler {
  return (request, response) => {
    const refuse = (what: Text): void => {
      const language = languageOf(request.headers['accept-language']);
      markLanguage(response, language);
      response.writeHead(502, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${inLanguage(what, language)}\n`);
    };
    const unavailable = (): void => {
      if (response.headersSent) response.destroy();
      else refuse('The Temporal Web UI is not running.');
    };
    if (target === undefined) {
      refuse('The Web UI of the Temporal server is not known here: DEPLOYMENT_ENGINE_TEMPORAL_UI says where it is.');
      return;
    }
    // This page shows whatever its address contains, links included, under our origin.
    if (isMarkdown(request) && !isOwnFrame(request, request.baseUrl))
      throw new DeploymentEngineError('ForeignOrigin', 'only pages of the Temporal Web UI may show this, in a frame');
    const upstream = forward(
      {
        ...target,
        method: request.method,
        path: upstreamPath(request),
        headers: upstreamHeaders(request.headers, request.protocol),
      },
      (answer) => passOn(answer, response, unavailable),
    );
    upstream.on('error', unavailable);
    response.on('close', () => upstream.destroy());
    request.pipe(upstream);
  };
}

function passOn(answer: IncomingMessage, response: ServerResponse, unavailable: () => void): void {
  const { 'access-control-allow-origin': _, ...headers } = answer.headers;
  const isPage = headers['content-type']?.startsWith('text/html') === true;
  if (isPage && headers['content-security-policy'] === undefined) {
    sendUiPage(answer, response).catch(unavailable);
    return;
  }
  response.writeHead(answer.statusCode ?? 502, headers);
  // When the Web UI dies while it answers, the client must not wait for the rest.
  pipeline(answer, response, () => undefined);
}

const isMarkdown = ({ path }: Request): boolean => /^(\/temporal)?\/render\/?$/i.test(path);

// UI 2.54 strips its public path before it looks for {public path}/render, so that Markdown stays empty;
// with the path twice it is found.
const upstreamPath = ({ baseUrl, originalUrl }: Request): string =>
  originalUrl.split('?')[0] === `${baseUrl}/render` ? `${baseUrl}${originalUrl}` : originalUrl;
