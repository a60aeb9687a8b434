import { type Command, sh } from '../domain/command.ts';

type CheckResult = { readonly exitCode: number; readonly stdout: string };

// A line no check prints; each check's part ends with its exit code.
const END = '@@deployment-engine-check-end';

/** Joins read-only commands into one, so that a look at a node is one round trip. */
export const joinChecks = (checks: readonly Command[]): Command => ({
  text: checks.map(part).join('\n'),
  secrets: Object.assign({}, ...checks.map(({ secrets }) => secrets)) as Command['secrets'],
});

// Evaluated, so that a check that is no complete shell text fails alone.
const part = ({ text }: Command, index: number): string =>
  sh`
  (eval ${text}) 2>/dev/null </dev/null
  printf '\n%s %s %s\n' ${END} ${index} "$?"`.text;

/** Splits the output of joined checks; undefined where the output ends too early. */
export function splitChecks(stdout: string, count: number): readonly CheckResult[] | undefined {
  const results: CheckResult[] = [];
  let rest = stdout;
  for (let index = 0; index < count; index++) {
    const mark = new RegExp(`\\n${END} ${index} (\\d+)\\n`).exec(rest);
    if (mark === null) return undefined;
    results.push({ exitCode: Number(mark[1]), stdout: rest.slice(0, mark.index) });
    rest = rest.slice(mark.index + mark[0].length);
  }
  return results;
}
