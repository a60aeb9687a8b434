import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { request as tlsRequest } from 'node:https';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { HOW_TO_ACTIVATE } from '../domain/activation/choose-serial.ts';
import type { Environment } from '../domain/schemas/settings.ts';

const PROGRAM = fileURLToPath(new URL('../cli/activate.ts', import.meta.url));

/** Asks for a serial where somebody sits at the terminal, else says that there is none; the engine works meanwhile. */
export async function offerActivation(health: string, env: Environment, say: (line: string) => unknown): Promise<void> {
  if (await isActivated(health)) return;
  if (!isAttended()) return void say(`Not activated: deploys are refused. ${HOW_TO_ACTIVATE}.`);
  // It ends with this process, whatever it waits for.
  const command = ['--pdeathsig', 'TERM', '--', process.execPath, PROGRAM];
  spawn('setpriv', command, { env, stdio: 'inherit' });
}

async function isActivated(health: string): Promise<boolean> {
  try {
    const answer = JSON.parse(await bodyOf(health)) as { readonly activated?: boolean };
    return answer.activated !== false;
  } catch {
    return true; // nothing is known, so nobody is asked
  }
}

/** Of our own child, whose certificate is made out to the name that callers use. */
const bodyOf = (url: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const options = { signal: AbortSignal.timeout(2000), agent: false, rejectUnauthorized: false };
    (url.startsWith('https:') ? tlsRequest : request)(url, options, (answer) => void text(answer).then(resolve, reject))
      .on('error', reject)
      .end();
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
