import { distance } from 'fastest-levenshtein';

/** Longer than any known word: further letters make none of them nearer. */
const LONGEST = 64;

/** The known word that takes the fewest insertions, deletions and replacements; of equals the one with the same start. */
export function nearest(word: string, known: readonly string[]): string {
  const given = word.slice(0, LONGEST);
  const ranked = known.map((each) => ({ each, far: distance(given, each), isOther: each[0] !== given[0] }));
  return ranked.toSorted((a, b) => a.far - b.far || Number(a.isOther) - Number(b.isOther))[0]?.each ?? word;
}
