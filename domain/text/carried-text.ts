import { inOwnLanguage } from './own-language.ts';
import { isText, type Text } from './text.ts';

/** Beside a failure's message, which is in the engine's language: the text itself, for readers of another one. */
export const carrying = (text: Text): { readonly text?: Text } => (inOwnLanguage(text) === text ? {} : { text });

/** The text that a failure carries in its first detail, and the other details; its message where it carries none. */
export function carriedText({
  message,
  details,
}: {
  readonly message: string;
  readonly details?: readonly unknown[] | null | undefined;
}): { readonly text: Text; readonly details: Record<string, unknown> } {
  const first = details?.[0];
  const { text, ...others }: Record<string, unknown> = typeof first === 'object' && first !== null ? { ...first } : {};
  return isText(text) ? { text, details: others } : { text: message, details: others };
}
