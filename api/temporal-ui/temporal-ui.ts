import { type IncomingMessage, request as forward, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { Request, RequestHandler } from 'express';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { HostAndPort } from '../../domain/schemas/settings.ts';
import { isOwnFrame } from '../http/foreign-requests.ts';
import { sendUiPage } from './temporal-ui-page.ts';
import { upstreamHeaders } from './upstream-headers.ts';

/** Forwards requests to the Temporal Web UI, which runs with `--ui-public-path` equal to our mount path. */
export function temporalUi(target: HostAndPort | undefined): RequestHandler {
  return (request, response) => {
    const unavailable = (): void => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502, { 'Content-Type': 'text/plain' }).end('The Temporal Web UI is not running.\n');
    };
    if (target === undefined) return unavailable();
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
