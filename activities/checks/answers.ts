/** What a check printed as `name=value` lines, the shape most checks answer in; values are trimmed. */
export interface Answers {
  /** The first value under a name; undefined without one, or with an empty one. */
  value(name: string): string | undefined;
  /** The same as a number; 0 without one. */
  number(name: string): number;
  all(name: string): readonly string[];
  /** Whether `name=value` was printed; a check that asks yes or no prints `name=yes`. */
  has(name: string, value?: string): boolean;
  /** All lines but the answers of these names. */
  without(...names: readonly string[]): string;
}

export function readAnswers(stdout: string): Answers {
  const lines = stdout.split('\n');
  const isOf = (line: string, name: string): boolean => line.startsWith(`${name}=`);
  const all = (name: string): string[] =>
    lines.filter((line) => isOf(line, name)).map((line) => line.slice(name.length + 1).trim());
  const value = (name: string): string | undefined => all(name)[0] || undefined;
  return {
    all,
    value,
    number: (name) => Number(value(name)) || 0,
    has: (name, wanted = 'yes') => all(name).includes(wanted),
    without: (...names) => lines.filter((line) => !names.some((name) => isOf(line, name))).join('\n'),
  };
}
