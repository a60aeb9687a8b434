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
  console.log(
    `${name.padEnd(28)} ${seconds(ms)}  ${yardstick.name} ${seconds(yardstick.ms)}  ratio ${(ms / yardstick.ms).toFixed(2)}  ` +
      `goal ${atMost.words} = ${seconds(atMost.ms)}: ${verdictOf(ms <= atMost.ms)}  ${currentLoad()}`,
  );
}

/** Prints how two times compare, and what was to be reached. */
export function printRatio(name: string, ratio: number, goal: number): void {
  console.log(`${name}: ${ratio.toFixed(2)}; goal ${goal}: ${verdictOf(ratio <= goal)} ${currentLoad()}`);
}

export const verdictOf = (isHeld: boolean): string => (isHeld ? 'holds' : 'MISSED');
/** How busy the machine is. */
export const currentLoad = (): string => `(load ${loadavg()[0]?.toFixed(1)})`;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`.padStart(7);
