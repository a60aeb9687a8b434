import type { CommandResult } from '../../domain/command.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { STOPPED_BY_OPERATOR } from '../../domain/instance-status.ts';
import { phrase } from '../../domain/text/text.ts';

/** The script on the node that speaks with monit for one instance. */
export const INSTANCE = '/var/vcap/bosh/bin/instance';

/** What its exit codes mean; the last paragraph of what it says tells more. */
export const INSTANCE_FAILURES = { 3: 'JobNotRunning', 4: 'JobNotRunning', 5: 'NodeUnfit' } as const;

export interface ProcessFacts {
  readonly processes: readonly { readonly name: string; readonly word: string }[];
}

/** `PROCESS WORD...` per line; a name that has blanks is quoted. */
export const parseProcesses = ({ stdout }: Pick<CommandResult, 'stdout'>): ProcessFacts => ({
  processes: stdout
    .split('\n')
    .map((line) => /^(?:"([^"]*)"|(\S+)) (.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, quoted, plain, word = '']) => ({ name: quoted ?? plain ?? '', word })),
});

/** Exit codes of an answer, or of a script that is not installed yet; others say nothing about the processes. */
const CONCLUSIVE: readonly (number | undefined)[] = [0, 127];

/** For callers that must not take silence for a stop: throws `NodeProtocolError` if the script has not answered. */
export function conclusiveProcesses(
  id: string,
  { exitCode, stdout }: Pick<CommandResult, 'exitCode' | 'stdout'>,
): ProcessFacts {
  if (CONCLUSIVE.includes(exitCode)) return parseProcesses({ stdout });
  throw new DeploymentEngineError(
    'NodeProtocolError',
    phrase('{id}: nothing is known of its processes: {command} status ended with {code}', {
      id,
      command: INSTANCE,
      code: String(exitCode),
    }),
  );
}

export const isRunning = ({ processes }: ProcessFacts): boolean =>
  processes.length > 0 && processes.every(({ word }) => word === 'running');

/** An operator stopped it, and nobody has started it since. */
export const isStopped = ({ processes }: ProcessFacts): boolean =>
  processes.length > 0 && processes.every(({ word }) => word === STOPPED_BY_OPERATOR);

/** Problems of monit itself rather than of one process. */
const OF_MONIT: readonly string[] = ['monit does not run', 'monit does not answer'];

/** What monit reports for a moment while it reads its files. */
const UNDECIDED: readonly string[] = ['monit does not answer', 'initializing', 'action pending'];

/** It runs, or monit cannot tell yet, for example while it reads the entries of another instance of the node. */
export const mayRun = ({ processes }: ProcessFacts): boolean =>
  processes.length > 0 && processes.every(({ word }) => word === 'running' || UNDECIDED.includes(word));

/** It ran when it was started, and does not any more. */
export const doesNotLast = (id: string, facts: ProcessFacts): DeploymentEngineError =>
  new DeploymentEngineError(
    'JobNotRunning',
    phrase('{id} ran and does not any more: {why}', { id, why: complaints(facts) || 'monit has no entry of it' }),
  );

/** What is wrong, process by process; empty when all run. */
export function complaints({ processes }: ProcessFacts): string {
  const [first] = processes;
  if (first !== undefined && OF_MONIT.includes(first.word)) return first.word;
  return processes
    .filter(({ word }) => word !== 'running')
    .map(({ name, word }) => `${name} ${word}`)
    .join(', ');
}
