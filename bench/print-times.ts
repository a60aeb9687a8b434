/** Minimum, median and maximum of times in milliseconds, on one line. */
export function printTimes(name: string, values: readonly number[]): void {
  const sorted = values.toSorted((a, b) => a - b);
  const ms = (value: number | undefined): string => `${Math.round(value ?? 0)} ms`.padStart(9);
  console.log(
    `${name.padEnd(28)} min ${ms(sorted[0])}  median ${ms(sorted[sorted.length >> 1])}  max ${ms(sorted.at(-1))}`,
  );
}
