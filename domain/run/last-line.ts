import { localLine, type NewLogLine } from './log.ts';
import type { Outcome, Run } from './run.ts';

type Word = 'OK' | 'FAILED' | 'INCOMPLETE' | 'CANCELLED' | 'SUPERSEDED' | 'TERMINATED' | 'ABANDONED';

const WORDS: Record<Outcome, Word> = {
  ok: 'OK',
  unchanged: 'OK',
  incomplete: 'INCOMPLETE',
  failed: 'FAILED',
  cancelled: 'CANCELLED',
  superseded: 'SUPERSEDED',
  terminated: 'TERMINATED',
  abandoned: 'ABANDONED',
};

/** Those that say in brackets why, what is missing, or which run goes on. */
const EXPLAINED: ReadonlySet<Word> = new Set(['FAILED', 'INCOMPLETE', 'SUPERSEDED']);

/** A longer line would be stored in pieces, and the last of them would not be the contractual one. */
const MOST = 2_000;

/** Whether the last line of such an end has room for what is to be said of it. */
export const isExplained = (outcome: Outcome): boolean => EXPLAINED.has(WORDS[outcome]);

/** The contractual last line of a run's log. Programs wait for it: one line, words that are never translated. */
export function lastLine(
  { operation, number }: Pick<Run, 'operation' | 'number'>,
  outcome: Outcome,
  detail: string = outcome,
): NewLogLine {
  const word = WORDS[outcome];
  const explanation = isExplained(outcome) ? ` (${shortened(detail)})` : '';
  const level = word === 'OK' || word === 'SUPERSEDED' ? 'info' : 'error';
  return localLine(`${operation} ${number} ${word}${explanation}`, level);
}

function shortened(detail: string): string {
  const lines = detail.split(/[\r\n]/).map((each) => each.trim());
  const line = lines.filter((each) => each !== '').join(' ');
  return line.length > MOST ? `${line.slice(0, MOST)}...` : line;
}
