import { isWeakSecret } from '../../domain/weak-secret.ts';

/**
 * Where a form of a secret is masked. A weak secret is a word that programs print anyway, so it is masked only where it is a
 * value; one of letters alone only as a whole word; any other, and every encoded form, wherever it stands.
 */
export type MaskPlace = 'anywhere' | 'word' | 'value';

// An encoded form this long does not occur by chance.
const SHORTEST_ENCODED = 8;

export function placeOfForm(secret: string, form: string): MaskPlace {
  const isPlain = form === secret.trim();
  if (isWeakSecret(secret.trim())) return !isPlain && form.length >= SHORTEST_ENCODED ? 'anywhere' : 'value';
  return isPlain && /^\p{L}+$/u.test(form) ? 'word' : 'anywhere';
}

/** From the fewest places to the most. */
export const PLACES: readonly MaskPlace[] = ['value', 'word', 'anywhere'];

/** Whether the text from `start` to `end` is in such a place. */
export function isInPlace(place: MaskPlace, text: string, { start, end }: { start: number; end: number }): boolean {
  if (place === 'anywhere') return true;
  // A fixed amount of context, so that the time per match does not grow with the line.
  const [before, after] = [text.slice(Math.max(0, start - AROUND), start), text.slice(end, end + AROUND)];
  return place === 'word' ? isWord(before, after) : isValue(before, after);
}

const AROUND = 100;
const OPTION = /(^|\s)-[A-Za-z]$/;

// Chinese is written without spaces, so a word may stand between its characters.
const isWord = (before: string, after: string): boolean =>
  (!/(?!\p{Script=Han})\p{L}$/u.test(before) || OPTION.test(before)) && !/^(?!\p{Script=Han})\p{L}/u.test(after);

const OPTION_BEFORE = /(^|\s)-{1,2}[\w-]+\s+$/;
const ENDS = /^\s*$/;

function isValue(before: string, after: string): boolean {
  if (ENDS.test(before)) return ENDS.test(after);
  const quote = /["'`]$/.exec(before)?.[0];
  if (quote !== undefined) return after.startsWith(quote);
  if (/=\s*$/.test(before)) return /^(\s|[,;&)\]}]|$)/.test(after);
  if (/[:：]\s*$/.test(before)) return /^(\s*$|[,;@)\]}，；、）。])/.test(after);
  return OPTION_BEFORE.test(before) && /^(\s|$)/.test(after);
}
