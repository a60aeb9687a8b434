import { setTimeout as wait } from 'node:timers/promises';

/** Hands over together what comes within so many milliseconds; each caller waits until its own has been taken. */
export function createTogether<Item>(
  take: (items: readonly Item[]) => Promise<unknown>,
  withinMs: number,
): (items: readonly Item[]) => Promise<void> {
  let next: { readonly items: Item[]; readonly taken: Promise<unknown> } | undefined;
  const takeNext = async (items: readonly Item[]): Promise<void> => {
    await wait(withinMs);
    next = undefined;
    await take(items);
  };
  return async (items) => {
    if (next === undefined) {
      const collected: Item[] = [];
      next = { items: collected, taken: takeNext(collected) };
    }
    next.items.push(...items);
    await next.taken;
  };
}
