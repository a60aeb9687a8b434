/** Waits until all are over, also when one has failed, and only then throws what the first one threw. */
export async function allOver<Result>(all: Iterable<Promise<Result>>): Promise<Result[]> {
  const ends = await Promise.allSettled(all);
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}
