import { type Command, sh } from '../domain/command.ts';

type CheckResult = { readonly exitCode: number; readonly stdout: string };

// A line no check prints; each check's part ends with its exit code.
const END = '@@deployment-engine-check-end';

/** Joins read-only commands into one, so that a look at a node is one round trip; joins of joins need marks of their own. */
export const joinChecks = (checks: readonly Command[], mark = ''): Command => ({
  text: checks.map((check, index) => part(check, `${END}${mark} ${index}`)).join('\n'),
  secrets: Object.assign({}, ...checks.map(({ secrets }) => secrets)) as Command['secrets'],
});

// Evaluated, so that a check that is no complete shell text fails alone.
const part = ({ text }: Command, end: string): string =>
  sh`
  (eval ${text}) 2>/dev/null </dev/null
  printf '\n%s %s\n' ${end} "$?"`.text;

/** Splits the output of joined checks; undefined where the output ends too early. */
export function splitChecks(stdout: string, count: number, mark = ''): readonly CheckResult[] | undefined {
  const results: CheckResult[] = [];
  let rest = stdout;
  for (let index = 0; index < count; index++) {
    const end = new RegExp(`\\n${END}${mark} ${index} (\\d+)\\n`).exec(rest);
    if (end === null) return undefined;
    results.push({ exitCode: Number(end[1]), stdout: rest.slice(0, end.index) });
    rest = rest.slice(end.index + end[0].length);
  }
  return results;
}
