import { type Command, sh } from '../domain/command.ts';

type CheckResult = { readonly exitCode: number; readonly stdout: string };

// A line no check prints; each check's part ends with its exit code.
const END = '@@deployment-engine-check-end';

/** Joins read-only commands into one, so that a look at a node is one round trip. */
export function joinChecks(checks: readonly Command[]): Command {
  const parts = checks.map(
    (check, index) => sh`(
${check}
) 2>/dev/null </dev/null
printf '\n%s %s %s\n' ${END} ${index} "$?"`,
  );
  return {
    text: parts.map(({ text }) => text).join('\n'),
    secrets: Object.assign({}, ...parts.map(({ secrets }) => secrets)) as Command['secrets'],
  };
}

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
