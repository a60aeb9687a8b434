import { isPhrase, type Phrase, type Text } from './text.ts';

// Zod carries only strings, so a phrase goes through it as JSON.

/** A phrase as a message of zod. */
export const zodMessage = (said: Phrase): string => JSON.stringify(said);

/** The text that a message of zod is. */
export function textOf(message: string): Text {
  if (!message.startsWith('{"say":')) return message;
  const said: unknown = JSON.parse(message);
  return isPhrase(said) ? said : message;
}
