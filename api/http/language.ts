import type { ServerResponse } from 'node:http';
import Negotiator from 'negotiator';
import { inLanguage } from '../../domain/text/in-language.ts';
import { isPhrase, type Language, type Text } from '../../domain/text/text.ts';

/** zh when it is preferred to en; en otherwise. */
export const languageOf = (accepted: string | undefined): Language =>
  (new Negotiator({ headers: { 'accept-language': accepted } }).language(['en', 'zh']) as Language | undefined) ?? 'en';

/** Keys whose strings are texts; elsewhere a string is a name or a value, and only phrases are said. */
const TEXTS: ReadonlySet<string> = new Set([
  'title',
  'detail',
  'doing',
  'Detail',
  'Error',
  'error',
  'message',
  'note',
  'reason',
  'reasons',
  'remedy',
  'warnings',
  'what',
]);

/** JSON with every text said in a language; `hasTexts`: another language may give another answer. */
export function saidJson(body: unknown, language: Language): { readonly json: string; readonly hasTexts: boolean } {
  let hasTexts = false;
  const say = (text: Text): string => {
    hasTexts = true;
    return inLanguage(text, language);
  };
  const json = JSON.stringify(body, (key, value: unknown) => {
    if (isPhrase(value)) return say(value);
    if (!TEXTS.has(key)) return value;
    if (Array.isArray(value)) return value.map((each: unknown) => (typeof each === 'string' ? say(each) : each));
    return typeof value === 'string' ? say(value) : value;
  });
  return { json, hasTexts };
}

/** What caches and readers must know of an answer whose words depend on `Accept-Language`. */
export function markLanguage(response: ServerResponse, language: Language): void {
  response.setHeader('Content-Language', language);
  response.appendHeader('Vary', 'Accept-Language');
}
