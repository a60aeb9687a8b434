import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { CommanderError } from 'commander';
import { DeploymentEngineError, isEngineError } from '../../domain/errors.ts';
import { ENVIRONMENT_LACKS, FAILED, WRONG_USAGE } from '../../domain/exit-codes.ts';
import { speakAsSet } from '../../domain/text/own-language.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { UNIT_NAME } from './service-unit.ts';

export const UNIT_FILE = `/etc/systemd/system/${UNIT_NAME}`;

/** Thrown when this machine or the account lacks something. */
export const serviceImpossible = (why: Text): DeploymentEngineError =>
  new DeploymentEngineError('EnvironmentLacking', why);

/** Throws where no service can be installed. */
export function refuseWithoutSystemd(): void {
  if (!existsSync('/run/systemd/system'))
    throw serviceImpossible(
      phrase(
        'systemd does not run this machine: start the engine with its own means, as in setsid ./DeploymentEngineServer',
      ),
    );
  if (process.getuid?.() !== 0) throw serviceImpossible(phrase('only root may install a service: run this as root'));
}

/** Throws with the program's output when it fails. */
export function run(program: string, ...words: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, words, { encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`${program} ${words.join(' ')}: ${error?.message ?? stderr.trim()}`);
}

/** Runs a command, in the language that is set, and sets the exit code. */
export function carryOut(command: () => void): void {
  speakAsSet(process.env);
  try {
    command();
  } catch (error) {
    // Commander has already said what it did not understand.
    if (!(error instanceof CommanderError)) process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = exitCodeOf(error);
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
  return isEngineError(error, 'EnvironmentLacking') ? ENVIRONMENT_LACKS : FAILED;
}
