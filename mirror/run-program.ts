import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { DeploymentEngineError } from '../domain/errors.ts';

export interface ProgramOptions {
  readonly cwd?: string;
  /** Added to our own environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Runs a program on the control machine and returns its standard output.
 * Throws `EnvironmentLacking` when it is not installed, `CommandFailed` with its last lines when it fails.
 */
export async function runProgram(
  program: string,
  words: readonly string[],
  { cwd, environment = {} }: ProgramOptions = {},
): Promise<string> {
  const child = spawn(program, words, {
    ...(cwd === undefined ? {} : { cwd }),
    // Our parsers need English messages, and people report them.
    env: { ...process.env, ...environment, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', (cause) => reject(notInstalled(program, cause)));
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'SIGKILL'));
  });
  const [end, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (end !== 0) throw failed(program, words, end, `${output}\n${errors}`);
  return output;
}

const notInstalled = (program: string, cause: Error): DeploymentEngineError =>
  new DeploymentEngineError('EnvironmentLacking', `The program ${program} cannot be started: ${cause.message}`, {
    details: { program },
    cause,
  });

function failed(
  program: string,
  words: readonly string[],
  end: number | string,
  output: string,
): DeploymentEngineError {
  const lastLines = output.trim().split('\n').slice(-8);
  return new DeploymentEngineError(
    'CommandFailed',
    `${program} ${words[0] ?? ''} ended with ${end}:\n${lastLines.join('\n')}`,
    {
      details: { program, words, end, lastLines },
    },
  );
}
