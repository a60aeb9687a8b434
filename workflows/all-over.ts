/** Waits until all have settled, then throws the first error, if any. */
export async function allOver<Result>(all: Iterable<Promise<Result>>): Promise<Result[]> {
  const ends = await Promise.allSettled(all);
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}
