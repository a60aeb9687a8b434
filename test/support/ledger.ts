import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One line of a node's ledger. */
export interface LedgerLine {
  readonly seq: number;
  readonly at: string;
  readonly run: number;
  readonly instance: string;
  readonly step: string;
  readonly round: number;
  readonly key: string;
  readonly event: 'started' | 'attached' | 'ended' | 'refused';
  readonly exit: number | null;
  readonly command: string;
}

export const parseLedger = (text: string): LedgerLine[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LedgerLine);

/** The ledger in a runner's directory; empty before the first line. */
export function readLedger(directory: string): LedgerLine[] {
  const path = join(directory, 'ledger');
  return existsSync(path) ? parseLedger(readFileSync(path, 'utf8')) : [];
}

/** `started, ended 0`: what happened, in order, with exit codes where there are any. */
export const events = (lines: readonly LedgerLine[]): string =>
  lines.map(({ event, exit }) => (event === 'ended' ? `ended ${exit}` : event)).join(', ');

/** Commands that were started although an earlier start had not failed. */
export function startedTwice(lines: readonly LedgerLine[]): string[] {
  const open = new Set<string>();
  return lines.flatMap(({ key, event, exit, step, command }) => {
    if (event === 'ended' && exit !== 0) open.delete(key);
    if (event !== 'started') return [];
    const isTwice = open.has(key);
    open.add(key);
    return isTwice ? [`${step}: ${command}`] : [];
  });
}
