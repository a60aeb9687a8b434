/**
 * Milliseconds of processor time that the event loop was held by one turn at most while something is awaited: so long would
 * `/health` have waited. Not of the clock: others may be busy on this machine.
 */
export async function longestTurn(task: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let isOver = false;
  let last = threadMs();
  const look = (): void => {
    const now = threadMs();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  try {
    await task();
  } finally {
    isOver = true;
    look();
  }
  return longest;
}

const threadMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};
