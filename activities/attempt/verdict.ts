import { isEngineError } from '../../domain/errors.ts';
import { joined } from '../../domain/text/joined.ts';
import type { Text } from '../../domain/text/text.ts';
import { known } from '../boundary/boundary.ts';

/** What a failed attempt means for the step. */
export interface Verdict {
  readonly code: string;
  readonly text: Text;
  /** A failure of the step itself: it uses up a try. */
  readonly counts: boolean;
  /** Nothing of the attempt still runs on the node: the next one starts its command again. */
  readonly isOver: boolean;
  /** How long before this moment it failed first, where an attempt tries several times. Default: it is this failure. */
  readonly failingMs?: number;
  /** Temporal makes another attempt by itself. */
  readonly retries: boolean;
  /** A cause that may go away by itself: a parked step tries again on its own. */
  readonly isRetryable: boolean;
}

interface Tries {
  /** Failures of the step itself before this one. */
  readonly failures: number;
  readonly silentSince: number | undefined;
}

const MOST_FAILURES = { few: 3, once: 2, no: 1 } as const;

/** Decides by code and record alone whether another attempt may help. */
export function judgeFailure(error: unknown, { failures, silentSince }: Tries, patience: number, now: number): Verdict {
  const { code, text, retry, details } = known(error);
  if (retry === 'always') return { code, text, counts: false, isOver: false, retries: true, isRetryable: true };
  if (retry === 'patience') {
    const retries = now - (silentSince ?? now) < patience;
    // A command that says why it failed has ended; one that we have lost contact with may still run.
    return { code, text, counts: false, isOver: details.exitCode !== undefined, retries, isRetryable: true };
  }
  const retries = details.isHopeless !== true && failures + 1 < MOST_FAILURES[retry];
  const { failingMs } = details;
  return {
    code,
    text,
    counts: true,
    isOver: true,
    ...(failingMs !== undefined ? { failingMs } : {}),
    retries,
    isRetryable: retry === 'few',
  };
}

/** An operator waits for the answer, so a node that does not answer is given up soon. */
const AWAITED_PATIENCE_MS = 8_000;

/**
 * For a step that a caller waits for: its failure is reported at once, because the caller may ask again. A command that died
 * may have died with its node, which may be up again by now.
 */
export function judgeAwaitedFailure(error: unknown, tries: Tries, now: number): Verdict {
  const verdict = judgeFailure(error, tries, AWAITED_PATIENCE_MS, now);
  if (isEngineError(error) && error.details.hasDied === true)
    return {
      ...verdict,
      code: 'ConnectionLost',
      text: joined([verdict.text, 'its node was restarted, or the command killed']),
      retries: tries.failures + 1 < MOST_FAILURES.few,
    };
  return verdict.counts ? { ...verdict, retries: false } : verdict;
}
