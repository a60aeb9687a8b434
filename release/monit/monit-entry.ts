/** An entry as our own parser of monit's grammar reads it. */
export interface MonitReading {
  /** Names of what it checks. */
  readonly services: readonly string[];
  /** The first fault; monit stops there too. */
  readonly fault: MonitFault | undefined;
}

export interface MonitFault {
  /** Line of the rendered entry; null where it is not known. */
  readonly line: number | null;
  readonly message: string;
}

interface Word {
  readonly text: string;
  readonly line: number;
  readonly isQuoted: boolean;
}

const PROCESS = new Set(['process', 'proc']);
const OTHERS = ['file', 'directory', 'fifo', 'filesystem', 'device', 'host', 'network', 'program', 'system'];
const KINDS = new Set([...PROCESS, ...OTHERS]);
/** How monit finds the process. */
const SUBJECTS = new Set(['pidfile', 'path', 'matching', 'match']);
const ANYWHERE = new Set(['set', 'include']);

/** Blanks, comments, quoted texts, words; the last is a quote that is not closed. */
const PIECES = /[\s;,()]+|#[^\n]*|"[^"]*"|'[^']*'|[^\s;,()"'=][^\s;,()"'=]*|=|["'][^]*/g;

/** Checks names, kinds and what a check must have, as monit does; accepts all tests and actions. */
export function readMonitEntry(entry: string): MonitReading {
  const words = wordsOf(entry);
  const services: string[] = [];
  const first = words[0];
  if (first !== undefined && !isWord(first, 'check') && !ANYWHERE.has(first.text.toLowerCase()))
    return { services, fault: { line: first.line, message: `expected a check, found '${first.text}'` } };
  for (const [position, word] of words.entries()) {
    const open = word.isQuoted ? undefined : /^["']/.exec(word.text);
    if (open) return { services, fault: { line: word.line, message: `the quote ${word.text[0]} is not closed` } };
    if (!isWord(word, 'check')) continue;
    const [kind, name, ...rest] = words.slice(position + 1);
    const fault = faultOf(word, kind, name, rest);
    if (fault !== undefined) return { services, fault: { line: word.line, message: fault } };
    if (name !== undefined) services.push(name.text);
  }
  return { services, fault: undefined };
}

function faultOf(check: Word, kind: Word | undefined, name: Word | undefined, rest: readonly Word[]) {
  const type = kind?.text.toLowerCase() ?? '';
  if (!KINDS.has(type)) return `check must be followed by process, file or another kind, not by '${kind?.text ?? ''}'`;
  if (name === undefined || name.line !== check.line) return `check ${type} needs a name on the same line`;
  if (!PROCESS.has(type)) return undefined;
  const subject = rest.find(({ text }) => text.toLowerCase() !== 'with');
  const isNamed = subject !== undefined && SUBJECTS.has(subject.text.toLowerCase());
  return isNamed ? undefined : `check process ${name.text} needs a pidfile after its name`;
}

const isWord = ({ text, isQuoted }: Word, word: string): boolean => !isQuoted && text.toLowerCase() === word;

function wordsOf(entry: string): Word[] {
  let line = 1;
  const words: Word[] = [];
  for (const [piece] of entry.matchAll(PIECES)) {
    const isQuoted = piece.length > 1 && /^(["'])[^]*\1$/.test(piece);
    if (!/^[\s;,()#]/.test(piece)) words.push({ text: isQuoted ? piece.slice(1, -1) : piece, line, isQuoted });
    line += piece.split('\n').length - 1;
  }
  return words;
}
