import type { Problem } from '../errors.ts';
import { jsonPointer } from './json-pointer.ts';

/** Every key and text of a document that holds control characters, line separators or half a character. */
export function controlCharacters(value: unknown, path: readonly (string | number)[] = []): Problem[] {
  if (typeof value === 'string') return isClean(value) ? [] : [problem(path, 'must not hold control characters')];
  if (Array.isArray(value)) return value.flatMap((item, index) => controlCharacters(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [
    ...(isClean(key) ? [] : [problem(path, 'has a key with control characters')]),
    ...controlCharacters(member, [...path, key]),
  ]);
}

const isClean = (text: string): boolean => text.isWellFormed() && !/[\p{Cc}\u2028\u2029]/u.test(text);

const problem = (path: readonly (string | number)[], message: string): Problem => ({
  pointer: jsonPointer(path),
  message,
});
