import { createHash } from 'node:crypto';
import { stillAhead } from '../../domain/own-machine/still-ahead.ts';
import { phrase } from '../../domain/text/text.ts';
import { tooMany } from '../http/rate-limit.ts';

export interface FailureLimit {
  /** Throws `TooManyRequests` for an address that has failed too often. */
  assertFree(address: string): void;
  /** Counts a wrong token, each once; true when it was the last one allowed. */
  count(address: string, token: string): boolean;
}

const FAILURES = { most: 30, withinMs: 60_000 };
const MOST_ADDRESSES = 10_000;

/** Different wrong tokens per address and minute: who sends one for ever does not guess. After that right tokens have to wait too, otherwise guessing could go on. */
export function createFailureLimit(clock: () => number, { most, withinMs } = FAILURES): FailureLimit {
  const failures = new Map<string, { readonly digests: Set<string>; readonly until: number }>();

  const current = (address: string) => {
    const known = failures.get(address);
    return known !== undefined && stillAhead(known.until, clock(), withinMs) ? known : undefined;
  };

  return {
    assertFree(address) {
      const { digests, until = 0 } = current(address) ?? {};
      if ((digests?.size ?? 0) < most) return;
      throw tooMany(phrase('too many wrong tokens came from {address}', { address }), until - clock());
    },

    count(address, token) {
      const known = current(address) ?? { digests: new Set(), until: clock() + withinMs };
      const before = known.digests.size;
      if (before < most) known.digests.add(createHash('sha256').update(token).digest('base64'));
      failures.delete(address);
      failures.set(address, known);
      const [oldest = ''] = failures.keys();
      if (failures.size > MOST_ADDRESSES) failures.delete(oldest);
      return before < most && known.digests.size === most;
    },
  };
}
