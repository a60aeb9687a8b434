import { isPhrase, type Text } from './text.ts';

// Zod's messages and columns of the store hold only strings, so a phrase is JSON there.

export const packed = (text: Text): string => (typeof text === 'string' ? text : JSON.stringify(text));

export function unpacked(text: string): Text {
  if (!text.startsWith('{"say":')) return text;
  const said: unknown = JSON.parse(text);
  return isPhrase(said) ? said : text;
}
