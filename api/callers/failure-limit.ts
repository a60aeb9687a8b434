import { DeploymentEngineError } from '../../domain/errors.ts';

export interface FailureLimit {
  /** Throws `TooManyRequests` for an address that has failed too often. */
  assertFree(address: string): void;
  /** Counts a failure; true when it was the last one allowed. */
  count(address: string): boolean;
}

const FAILURES = { most: 30, withinMs: 60_000 };
const MOST_ADDRESSES = 10_000;

/** Wrong tokens per address and minute. After that right tokens have to wait too, otherwise guessing could go on. */
export function createFailureLimit(clock: () => number, { most, withinMs } = FAILURES): FailureLimit {
  const failures = new Map<string, { count: number; readonly until: number }>();

  const current = (address: string) => {
    const known = failures.get(address);
    return known !== undefined && known.until > clock() ? known : undefined;
  };

  return {
    assertFree(address) {
      const { count = 0, until = 0 } = current(address) ?? {};
      if (count < most) return;
      const retryAfter = Math.max(1, Math.ceil((until - clock()) / 1000));
      throw new DeploymentEngineError(
        'TooManyRequests',
        `too many wrong tokens came from ${address}; ask again in ${retryAfter} s`,
        { details: { retryAfter } },
      );
    },

    count(address) {
      const known = current(address) ?? { count: 0, until: clock() + withinMs };
      known.count += 1;
      failures.delete(address);
      failures.set(address, known);
      const [oldest = ''] = failures.keys();
      if (failures.size > MOST_ADDRESSES) failures.delete(oldest);
      return known.count === most;
    },
  };
}
