/** Reads lines `name=value`, as looks print them; the last of a name counts, other lines are passed over. */
export function namedValues(stdout: string): {
  text(name: string): string;
  number(name: string): number;
} {
  const lines = stdout.split('\n').filter((line) => line.includes('='));
  const values = new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  const text = (name: string): string => values.get(name)?.trim() ?? '';
  return { text, number: (name) => Number(text(name)) || 0 };
}
