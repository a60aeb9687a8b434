import { inOwnLanguage } from '../domain/text/own-language.ts';
import type { Text } from '../domain/text/text.ts';

/** A line of the worker's own log. */
export const ownLine = (message: Text, more: object = {}): string =>
  JSON.stringify({ time: new Date().toISOString(), message: inOwnLanguage(message), ...more });
