import { inEnglish, isPhrase, isText, phrase, type Text } from './text.ts';

/** `a; b; c`. */
export const joined = (texts: readonly Text[]): Text =>
  texts.length === 0 ? '' : texts.reduceRight((rest, first) => phrase('{first}; {rest}', { first, rest }));

const LINES = '{first}\n{rest}';

/** Each on a line of its own. */
export const inLines = (texts: readonly Text[]): Text =>
  texts.length === 0 ? '' : texts.reduceRight((rest, first) => phrase(LINES, { first, rest }));

/** Without the lines that follow. */
export function firstLine(text: Text): Text {
  if (isPhrase(text) && text.say === LINES && isText(text.with['first'])) return firstLine(text.with['first']);
  const [first = '', ...others] = inEnglish(text).split('\n');
  return others.length === 0 ? text : first;
}

/** `a; b and 3 more`; all of them where the rest is one. */
export const firstJoined = (texts: readonly Text[], most: number): Text =>
  texts.length <= most + 1
    ? joined(texts)
    : phrase('{names} and {count} more', { names: joined(texts.slice(0, most)), count: texts.length - most });

/** `a, b or c`. */
export const oneOf = (texts: readonly Text[]): Text => {
  const last = texts.at(-1) ?? '';
  return texts.length < 2 ? last : phrase('{others} or {last}', { others: texts.slice(0, -1), last });
};

/** `a, b and c`. */
export const allOf = (texts: readonly Text[]): Text => {
  const last = texts.at(-1) ?? '';
  return texts.length < 2 ? last : phrase('{one} and {other}', { one: texts.slice(0, -1), other: last });
};

/** `a, b and 3 more`. */
export const firstNamed = (names: readonly Text[], most: number): Text =>
  names.length <= most
    ? phrase('{names}', { names })
    : phrase('{names} and {count} more', { names: names.slice(0, most), count: names.length - most });
