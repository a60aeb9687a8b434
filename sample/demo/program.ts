import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

/** Thrown when a program of the demo fails; carries its exit code. */
export class ProgramFailed extends Error {
  readonly exitCode: number;

  constructor(command: readonly string[], exitCode: number) {
    super(`${command.join(' ')} ended with exit code ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/** Runs a program to its end with its output on ours. */
export async function run(command: readonly [string, ...string[]]): Promise<void> {
  const exitCode = await exitOf(start(command));
  if (exitCode !== 0) throw new ProgramFailed(command, exitCode);
}

/** What a program prints. */
export const outputOf = async ([program, ...words]: readonly [string, ...string[]]): Promise<string> =>
  (await promisify(execFile)(program, words)).stdout;

/** Starts a program with its output on ours. */
export const start = (
  [program, ...words]: readonly [string, ...string[]],
  env: Record<string, string> = {},
): ChildProcess => spawn(program, words, { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } });

export async function exitOf(child: ChildProcess): Promise<number> {
  if (child.exitCode !== null) return child.exitCode;
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
