import { readFileSync } from 'node:fs';
import { Router } from 'express';
import { takesNothing } from '../http/refuse-input.ts';
import { sendJson } from '../http/respond.ts';
import { apiDocument } from '../openapi/document.ts';

/** `GET /openapi.json`: what every route takes and answers. */
export function openapiRoute(): Router {
  const document = apiDocument(ownVersion());
  return Router().get('/openapi.json', takesNothing, (_request, response) => sendJson(response, 200, document));
}

function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
