import { inEnglish, type Text } from './text.ts';

/** Said by other objects after a store or a message, so never compared by identity. */
export const sameText = (one: Text, other: Text): boolean => inEnglish(one) === inEnglish(other);

/** Each text once, in the order of the first. */
export const distinct = (texts: readonly Text[]): Text[] => [
  ...new Map(texts.map((text) => [inEnglish(text), text])).values(),
];
