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

/** JSON with every text said in a language. */
export interface SaidJson {
  readonly json: string;
  /** Another language may give another answer. */
  readonly hasTexts: boolean;
}

export function saidJson(body: unknown, language: Language): SaidJson {
  let hasTexts = false;
  const say = (text: Text): string => {
    hasTexts = true;
    return inLanguage(text, language);
  };
  /** The value itself where there is nothing to say, so that little is copied: a run of thousands of nodes has megabytes. */
  const said = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return TEXTS.has(key) ? say(value) : value;
    if (typeof value !== 'object' || value === null) return value;
    if (isPhrase(value)) return say(value);
    return Array.isArray(value) ? saidEach(value, key) : saidOf(value as Readonly<Record<string, unknown>>);
  };
  const saidEach = (values: readonly unknown[], key: string): readonly unknown[] => {
    let copy: unknown[] | undefined;
    for (const [index, each] of values.entries()) {
      const one = said(each, typeof each === 'string' ? key : '');
      if (one !== each) (copy ??= [...values])[index] = one;
    }
    return copy ?? values;
  };
  const saidOf = (values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
    let copy: Record<string, unknown> | undefined;
    for (const key of Object.keys(values)) {
      const each = values[key];
      // Most of all values: no call for them.
      if (typeof each === 'object' ? each === null : !TEXTS.has(key)) continue;
      const one = said(each, key);
      if (one !== each) (copy ??= { ...values })[key] = one;
    }
    return copy ?? values;
  };
  return { json: JSON.stringify(said(body, '')), hasTexts };
}

/** What caches and readers must know of an answer whose words depend on `Accept-Language`. */
export function markLanguage(response: ServerResponse, language: Language): void {
  response.setHeader('Content-Language', language);
  response.appendHeader('Vary', 'Accept-Language');
}
