import { loadavg } from 'node:os';

interface Goal {
  readonly name: string;
  readonly ms: number;
  /** What to compare with, measured in the same minutes. */
  readonly yardstick: { readonly name: string; readonly ms: number };
  readonly atMost: { readonly words: string; readonly ms: number };
}

/** Prints a measurement, what to compare with, the goal, and how busy the machine was. */
export function printGoal({ name, ms, yardstick, atMost }: Goal): void {
  const verdict = ms <= atMost.ms ? 'holds' : 'MISSED';
  console.log(
    `${name.padEnd(28)} ${seconds(ms)}  ${yardstick.name} ${seconds(yardstick.ms)}  ratio ${(ms / yardstick.ms).toFixed(2)}  ` +
      `goal ${atMost.words} = ${seconds(atMost.ms)}: ${verdict}  (load ${loadavg()[0]?.toFixed(1)})`,
  );
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`.padStart(7);
