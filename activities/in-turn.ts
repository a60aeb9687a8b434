/**
 * Nodes that a worker logs in to at once in one look at many: key exchanges of hundreds take so long on a small machine that nodes
 * which are well seem not to answer in time.
 */
export const LOGINS_AT_ONCE = 50;

/** Runs so many at a time; the others wait in the order they came. Once the signal is aborted nothing more is begun, which rejects. */
export function createInTurn(
  most: number,
): <Result>(run: () => Promise<Result>, signal?: AbortSignal) => Promise<Result> {
  const waiting: (() => void)[] = [];
  let free = most;
  return async (run, signal) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      signal?.throwIfAborted();
      return await run();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
