import { type Command, joined, sh } from '../../domain/command.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Check, Together } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import { type Known, printKnown } from './known.ts';

type Asked = Pick<Check<unknown>, 'run' | 'once' | 'together'>;
type CheckResult = { readonly exitCode: number; readonly stdout: string };

// A line no check prints; each check's part ends with its exit code.
const END = '@@deployment-engine-check-end';

/** Joins read-only commands into one, so that a look at a node is one round trip; joins of joins need marks of their own. */
export const joinChecks = (checks: readonly Command[], mark = ''): Command => ({
  ...joined(checks),
  text: checks.map((check, index) => part(check, `${END}${mark} ${index}`)).join('\n'),
});

/** One check with what has to run before it. */
export const checkCommand = ({ run, once }: Asked): Command =>
  once === undefined ? run : { text: `${once.text}\n${run.text}`, secrets: { ...once.secrets, ...run.secrets } };

/** The checks of a look in one command; what they can read together is read first. `known`: what an earlier look has kept. */
export function lookCommand(checks: readonly Asked[], known: Known = {}): Command {
  const together = togetherOf(checks);
  return checkCommand({
    run: joined([
      ...together.map(({ read, names }) => read(names)),
      joinChecks(checks.map(({ run }) => run)),
      printKnown(
        together.flatMap(({ keeps = [] }) => keeps),
        known,
      ),
    ]),
    ...onceOf(checks),
  });
}

/** What the checks read together, each way of reading with the names of all of them. */
export function togetherOf(checks: readonly Asked[]): Together[] {
  const byRead = Map.groupBy(
    checks.flatMap(({ together = [] }) => together),
    ({ read }) => read,
  );
  return [...byRead].map(([read, all]) => ({
    ...all[0],
    read,
    names: [...new Set(all.flatMap(({ names }) => names))],
  }));
}

/** What has to run before all of them, each thing once. */
export function onceOf(checks: readonly Asked[]): Pick<Asked, 'once'> {
  const all = new Map(checks.flatMap(({ once }) => (once === undefined ? [] : [[once.text, once] as const])));
  if (all.size === 0) return {};
  return { once: joined([...all.values()]) };
}

// Evaluated, so that a check with a syntax error fails alone.
const part = ({ text }: Command, end: string): string =>
  sh`
  (eval ${text}) 2>/dev/null </dev/null
  printf '\n%s %s\n' ${end} "$?"`.text;

/** Splits the output of joined checks. Throws `NodeProtocolError`, about `of`, where it ends too early. */
export function splitChecks<const Checks extends readonly unknown[]>(
  of: string,
  stdout: string,
  checks: Checks,
  mark = '',
): { readonly [Index in keyof Checks]: CheckResult } {
  let rest = stdout;
  const results = checks.map((_check, index): CheckResult => {
    const end = new RegExp(`\\n${END}${mark} ${index} (\\d+)\\n`).exec(rest);
    if (end === null)
      throw new DeploymentEngineError(
        'NodeProtocolError',
        phrase("{of}: the node's answer was cut off: it has {parts} of {count} parts", {
          of,
          parts: index,
          count: checks.length,
        }),
      );
    const result = { exitCode: Number(end[1]), stdout: rest.slice(0, end.index) };
    rest = rest.slice(end.index + end[0].length);
    return result;
  });
  return results as { readonly [Index in keyof Checks]: CheckResult };
}
