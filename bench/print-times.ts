/** The one in the middle; of an even number the later of the two. NaN of none. */
export const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Minimum, median and maximum of times in milliseconds, on one line. */
export function printTimes(name: string, values: readonly number[]): void {
  const sorted = values.toSorted((a, b) => a - b);
  const ms = (value = 0): string => `${Math.round(value)} ms`.padStart(9);
  console.log(`${name.padEnd(28)} min ${ms(sorted[0])}  median ${ms(medianOf(sorted))}  max ${ms(sorted.at(-1))}`);
}
