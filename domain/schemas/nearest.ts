import { distance } from 'fastest-levenshtein';

/** Longer than any known word: further letters make none of them nearer. */
const LONGEST = 64;
/** Changes that a slip of the hand takes. */
const SLIP = 2;

/** The known word that takes the fewest insertions, deletions and replacements; of equals the one with the same start. */
export function nearest(word: string, known: readonly string[]): string {
  const given = word.slice(0, LONGEST);
  const ranked = known.map((each) => ({ each, far: distance(given, each), isOther: each[0] !== given[0] }));
  return ranked.toSorted((a, b) => a.far - b.far || Number(a.isOther) - Number(b.isOther))[0]?.each ?? word;
}

/** The known word that this one begins, or is a slip of the hand away from. */
export function resembling(word: string, known: readonly string[]): string | undefined {
  const meant = nearest(word, known);
  return known.find((each) => each.startsWith(word)) ?? (distance(word, meant) <= SLIP ? meant : undefined);
}
