export interface Slots {
  /** Waits for a free slot, first come, first served; the returned function gives it back. */
  take(): Promise<() => void>;
  /** Whether anybody waits for a slot. */
  isShort(): boolean;
}

/** `count` slots. */
export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = [];
  let free = count;
  const giveBack = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  const once = (): (() => void) => {
    let isGiven = false;
    return () => {
      if (!isGiven) giveBack();
      isGiven = true;
    };
  };
  return {
    isShort: () => waiting.length > 0,
    async take() {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return once();
    },
  };
}
