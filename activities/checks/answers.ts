/** What a check printed as `name=value` lines, the shape most checks answer in. */
export interface Answers {
  /** The first value under a name, trimmed; undefined without one. */
  value(name: string): string | undefined;
  all(name: string): readonly string[];
  /** Whether `name=value` was printed. */
  has(name: string, value: string): boolean;
}

export function readAnswers(stdout: string): Answers {
  const lines = stdout.split('\n');
  const all = (name: string): string[] =>
    lines.filter((line) => line.startsWith(`${name}=`)).map((line) => line.slice(name.length + 1).trim());
  return { all, value: (name) => all(name)[0], has: (name, value) => all(name).includes(value) };
}
