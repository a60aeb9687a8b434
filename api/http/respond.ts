import type { ServerResponse } from 'node:http';

// Old clients compare these texts exactly; one has a blank, the other none.
const JSON_TYPE = 'application/json;charset=utf-8';
export const LOG_TYPE = 'html/text; charset=utf-8';

/** Answers JSON with the exact content type of the API specification, which Express would rewrite. */
export function sendJson(response: ServerResponse, status: number, body: unknown, type = JSON_TYPE): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': bytes.length });
  response.end(bytes);
}
