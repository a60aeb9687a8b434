import type { ServerResponse } from 'node:http';

// Old clients compare both texts exactly, without a blank or with one.
const JSON_TYPE = 'application/json;charset=utf-8';
export const LOG_TYPE = 'html/text; charset=utf-8';

/** Answers JSON with the document's exact content type, which Express would rewrite. */
export function sendJson(response: ServerResponse, status: number, body: unknown, type = JSON_TYPE): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': bytes.length });
  response.end(bytes);
}
