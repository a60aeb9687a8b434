import { isPhrase } from '../../domain/text/text.ts';

/** Keys whose texts are for people; all other texts are for programs to compare and look up. */
const FREE_TEXT = new Set([
  'detail',
  'details',
  'error',
  'message',
  'problems',
  'reason',
  'reasons',
  'refusal',
  'remedy',
  'stack',
  'sweep',
  'warnings',
  'what',
]);

/**
 * Copies plain data and changes every text in it that is for people: a text by itself, and the texts under keys such as
 * `message` and `reasons`, and what fills a phrase. Addresses and ids stay, even if they look like a secret.
 */
export function mapTexts<Value>(value: Value, change: (text: string) => string): Value {
  const copy = (part: unknown, isFree: boolean): unknown => {
    if (typeof part === 'string') return isFree ? change(part) : part;
    if (Array.isArray(part)) return part.map((each) => copy(each, isFree));
    if (typeof part !== 'object' || part === null) return part;
    if (isPhrase(part)) return { say: part.say, with: copy(part.with, true) };
    return Object.fromEntries(
      Object.entries(part).map(([key, each]) => [key, copy(each, isFree || FREE_TEXT.has(key))]),
    );
  };
  return copy(value, typeof value === 'string') as Value;
}
