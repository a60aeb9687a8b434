/** A shell word as our programs quote it: bare, or in single quotes with `'\''` inside. */
export function readWord(text: string, at: number): { readonly word: string; readonly end: number } {
  let word = '';
  let end = at;
  for (;;) {
    const char = text[end];
    if (char === "'") {
      const close = text.indexOf("'", end + 1);
      if (close === -1) throw new Error('a quote is not closed');
      word += text.slice(end + 1, close);
      end = close + 1;
    } else if (char === '\\') {
      word += text[end + 1] ?? '';
      end += 2;
    } else if (char === undefined || /[\s;&|()<>]/.test(char)) return { word, end };
    else {
      word += char;
      end += 1;
    }
  }
}

/** The words from there to the end of the list: a line end or `;`. */
export function readWords(text: string, at: number): readonly string[] {
  const words: string[] = [];
  for (let next = at; ;) {
    while (text[next] === ' ') next += 1;
    const { word, end } = readWord(text, next);
    if (end === next) return words;
    words.push(word);
    next = end;
  }
}

/** The lines `name=word` that follow each other from there, and where they end. */
export function readAssignments(
  text: string,
  at: number,
): { readonly values: ReadonlyMap<string, string>; readonly end: number } {
  const values = new Map<string, string>();
  const name = /[A-Za-z_][A-Za-z0-9_]*=/y;
  let end = at;
  for (;;) {
    name.lastIndex = end;
    const [found] = name.exec(text) ?? [];
    if (found === undefined) return { values, end };
    const value = readWord(text, end + found.length);
    values.set(found.slice(0, -1), value.word);
    end = text[value.end] === '\n' ? value.end + 1 : value.end;
  }
}
