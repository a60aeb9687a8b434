import { request as forward } from 'node:http';
import type { RequestHandler } from 'express';
import type { HostAndPort } from '../domain/schemas/settings.ts';

/** Streams requests to the Temporal Web UI, which runs with `--ui-public-path` equal to our mount path. */
export function temporalUi(target: HostAndPort | undefined): RequestHandler {
  return (request, response) => {
    const unavailable = (): void => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502, { 'Content-Type': 'text/plain' }).end('The Temporal Web UI is not running.\n');
    };
    if (target === undefined) return unavailable();
    const upstream = forward(
      {
        ...target,
        method: request.method,
        path: upstreamPath(request.baseUrl, request.originalUrl),
        headers: {
          ...request.headers,
          'x-forwarded-host': request.headers.host ?? '',
          'x-forwarded-proto': request.protocol,
        },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    upstream.on('error', unavailable);
    response.on('close', () => upstream.destroy());
    request.pipe(upstream);
  };
}

// UI 2.54 strips its public path before it looks for {public path}/render, so that Markdown stays empty;
// with the path twice it is found.
const upstreamPath = (mount: string, url: string): string =>
  url.split('?')[0] === `${mount}/render` ? `${mount}${url}` : url;
