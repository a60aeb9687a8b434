/** Longer than any word we know: what comes behind makes none of them nearer. */
const LONGEST = 64;

/** The known word that takes the fewest insertions, deletions and replacements to become `word`. */
export const nearest = (word: string, known: readonly string[]): string =>
  known.toSorted((a, b) => distance(word.slice(0, LONGEST), a) - distance(word.slice(0, LONGEST), b))[0] ?? word;

/** Levenshtein's distance, one row of the table at a time. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [line, character] of [...from].entries()) {
    let corner = line;
    const next = [line + 1];
    for (const [column, other] of [...to].entries()) {
      const above = row[column + 1] ?? 0;
      next.push(Math.min(above + 1, (next[column] ?? 0) + 1, corner + (character === other ? 0 : 1)));
      corner = above;
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
