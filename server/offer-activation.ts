import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { ownProgram } from '../distribution/own-program.ts';
import type { Environment } from '../domain/schemas/settings.ts';

/** Says why deploys would be refused, if they would, and asks for a serial where somebody sits at the terminal. */
export async function offerActivation(env: Environment, say: (line: string) => unknown): Promise<void> {
  const reason = await refusal(env);
  if (reason === '') return;
  say(reason);
  if (!isAttended()) return;
  const [program, words] = ownProgram('cli/activate.ts');
  spawn(program, words, { env, stdio: 'inherit' });
}

/** Read in the store itself: the API tells callers without a token nothing. Empty where nothing is known. */
const refusal = (env: Environment): Promise<string> =>
  new Promise((resolve) => {
    execFile(...ownProgram('cli/activation-check.ts'), { env }, (failure, stdout) =>
      resolve(failure === null ? stdout : ''),
    );
  });

/**
 * Whether we have the terminal. Under `setsid` we have none although our input may be one, and reading it would take what is
 * meant for the shell; in the background a read would stop the engine.
 */
function isAttended(): boolean {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return false;
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const [, , group, , terminal, foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return terminal !== '0' && foreground === group;
}
