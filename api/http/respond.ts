import type { ServerResponse } from 'node:http';
import type { Language } from '../../domain/text/text.ts';
import { languageOf, markLanguage, type SaidJson, saidJson } from './language.ts';

// Old clients compare these texts exactly; one has a blank, the other none.
const JSON_TYPE = 'application/json;charset=utf-8';
export const LOG_TYPE = 'html/text; charset=utf-8';

/**
 * Answers JSON in the caller's language, with the exact content type of the API specification, which Express would rewrite.
 */
export function sendJson(response: ServerResponse, status: number, body: unknown, type = JSON_TYPE): void {
  const language = askedLanguage(response);
  sendSaid(response, status, saidBytes(saidJson(body, language), language), type);
}

/** JSON as it is sent to callers of a language. */
export interface SaidBytes {
  readonly bytes: Buffer;
  readonly language: Language;
  readonly hasTexts: boolean;
}

export const askedLanguage = (response: ServerResponse): Language =>
  languageOf(response.req.headers['accept-language']);

export const saidBytes = ({ json, hasTexts }: SaidJson, language: Language): SaidBytes => ({
  bytes: Buffer.from(json),
  language,
  hasTexts,
});

export function sendSaid(
  response: ServerResponse,
  status: number,
  { bytes, language, hasTexts }: SaidBytes,
  type = JSON_TYPE,
): void {
  if (hasTexts) markLanguage(response, language);
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': bytes.length });
  response.end(bytes);
}
