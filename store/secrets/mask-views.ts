/** A text without the characters that may interrupt a secret, and the position of each character in the original. */
export interface View {
  readonly text: string;
  readonly at: (index: number) => number;
}

/** Terminal colours; their escape character may already have been stripped. */
const COLOURS = /\u001b?\[[\d;]{0,20}[mK]/g;
/** Programs wrap base64 at 64 or 76 columns. */
const WRAPPING = /(?<=[\w+/-]{8})\r?\n(?=[\w+/=-])/g;

export const withoutColours = (text: string): View | undefined =>
  text.includes('[') ? without(text, COLOURS) : undefined;

export const withoutWrapping = (text: string): View | undefined =>
  text.includes('\n') ? without(text, WRAPPING) : undefined;

/** Forms whose letter case says nothing: hexadecimal, and texts with hexadecimal escapes. */
const CASELESS = /^[\da-f]{16,}$|%[\da-f]{2}|\\[xu][\da-f]{2}/i;
const MAY_BE_CASELESS = /[\da-f]{16}|%[\da-f]{2}|\\[xu][\da-f]{2}/i;

export const isCaseless = (form: string): boolean => CASELESS.test(form);

export const mayBeCaseless = (text: string): boolean => MAY_BE_CASELESS.test(text);

/** Only ASCII letters, so that positions stay the same. */
export const inSmallLetters = (text: string): string => text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());

function without(text: string, pattern: RegExp): View | undefined {
  const gaps: { readonly at: number; readonly shift: number }[] = [];
  let rest = '';
  let end = 0;
  for (const { index, 0: gap } of text.matchAll(pattern)) {
    rest += text.slice(end, index);
    end = index + gap.length;
    gaps.push({ at: rest.length, shift: end - rest.length });
  }
  if (gaps.length === 0) return undefined;
  return { text: rest + text.slice(end), at: (index) => index + (gaps.findLast(({ at }) => at <= index)?.shift ?? 0) };
}
