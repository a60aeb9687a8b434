import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a program to its end; rejects with the end of what it has said. */
export async function run(
  program: string,
  words: readonly string[],
  { cwd, env = {} }: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, words, {
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...process.env, ...env },
      maxBuffer: 64 * 1024 ** 2,
    });
    return stdout.trim();
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} failed: ${`${stdout}\n${stderr}`.trim().slice(-2000)}`, { cause: error });
  }
}

/** Milliseconds that something takes. */
export async function timeOf(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}
