import type { ServerResponse } from 'node:http';
import { languageOf, markLanguage, saidJson } from './language.ts';

// Old clients compare these texts exactly; one has a blank, the other none.
const JSON_TYPE = 'application/json;charset=utf-8';
export const LOG_TYPE = 'html/text; charset=utf-8';

/**
 * Answers JSON in the caller's language, with the exact content type of the API specification, which Express would rewrite.
 */
export function sendJson(response: ServerResponse, status: number, body: unknown, type = JSON_TYPE): void {
  const language = languageOf(response.req.headers['accept-language']);
  const { json, hasTexts } = saidJson(body, language);
  const bytes = Buffer.from(json);
  if (hasTexts) markLanguage(response, language);
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': bytes.length });
  response.end(bytes);
}
