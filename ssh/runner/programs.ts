import { createHash } from 'node:crypto';
import { type Command, quote, shown } from '../../domain/command.ts';
import type { Claim, Fence, Job, RunRequest, StepJobs } from '../node-session.ts';
import { POSITION_SOURCE, RUNNER_DIGEST, RUNNER_FILE, RUNNER_SOURCE } from './runner-source.ts';

/** Shell text for the node's root, sent on standard input: it may hold secrets. */
export type Program = string;

/** Exit code when the node's runner is missing, damaged or of another version. */
export const RUNNER_MISSING = 66;

// More of the command would help nobody, and the ledger repeats it with every event.
const SHOWN_LENGTH = 2_000;

// An attached command closes the pipe it is read from: a daemon that it starts must not inherit the secrets.
const WITHOUT_ITSELF = 'exec 4<&-';

const PREAMBLE = [
  'export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root USER=root LOGNAME=root LC_ALL=C',
  'umask 022',
  'cd /',
].join('\n');

/** Prints the node's state as one line, then what the command prints. */
export const readProgram = (directory: string, command: Command): Program =>
  [PREAMBLE, readText(directory, command), 'exit'].join('\n');

const readText = (directory: string, command: Command): string =>
  [
    assignments({ directory }),
    POSITION_SOURCE,
    'last_position; read_claim',
    'echo "$position $fence_generation $fence_run ${owner:--}"',
    'unset -f last_position read_claim read_copy is_number is_older',
    'unset directory newline lines whole line position owner fence_generation fence_run damaged undecided named copies',
    'unset claimant its_generation its_run rest',
    assignSecrets(command),
    `eval ${quote(command.text)}`,
  ].join('\n');

/** What it calls cannot use up its input by accident. */
export const dialogueProgram = (command: Command): Program =>
  [PREAMBLE, assignSecrets(command), command.text].join('\n');

export const readFileProgram = (path: string): Program => `exec cat -- ${quote(path)}`;

export const installProgram = (
  directory: string,
  { engine, generation, run, adopt = '-', about = {} }: Claim,
  controller: object,
): Program =>
  ownProgram({
    action: 'install',
    directory,
    runner: `${directory}/${RUNNER_FILE}`,
    engine,
    generation,
    run,
    adopt,
    controller: JSON.stringify({ ...controller, ...about }),
  });

/** Gives up the claim and removes what came with it. */
export const leaveProgram = (directory: string, { engine, generation, run }: Fence): Program =>
  ownProgram({ action: 'leave', directory, runner: `${directory}/${RUNNER_FILE}`, engine, generation, run });

/** Writes the runner again on a claimed node; any caller may. */
export const repairProgram = (directory: string): Program =>
  ownProgram({ action: 'repair', directory, runner: `${directory}/${RUNNER_FILE}` });

/** Lists what was started for an instance in a run, for one step or for all. */
export const jobsProgram = (directory: string, { fence, instance, step }: StepJobs): Program =>
  ownProgram({
    action: 'jobs',
    directory,
    generation: fence.generation,
    about: `${fieldsOf({ run: fence.run, instance, step })},`,
  });

/** Brings the source along, so the runner need not be installed. */
const ownProgram = (variables: Readonly<Record<string, string | number>>): Program =>
  [PREAMBLE, assignments({ ...variables, source: RUNNER_SOURCE }), 'eval "$source"', 'exit'].join('\n');

/** Continues reading a job's output, wherever it is now. */
export const followProgram = (directory: string, { place, startedAt }: Job, offset: number): Program =>
  callRunner(directory, { action: 'follow', place, wanted: startedAt, offset });

export function runProgram(directory: string, request: RunRequest, key: string, controller: object = {}): Program {
  const { fence, instance, step, round, command, long, timeoutMs, position, stdin, heard } = request;
  const text = long ? command.text : [WITHOUT_ITSELF, assignSecrets(command), command.text].join('\n');
  const about = fieldsOf({ run: fence.run, instance, step, round, key });
  return callRunner(directory, {
    action: 'run',
    engine: fence.engine,
    generation: fence.generation,
    run: fence.run,
    controller: JSON.stringify(controller),
    key,
    about,
    shown: JSON.stringify(abbreviated(shown(command))),
    checked: position,
    timeout: Math.ceil(timeoutMs / 1000),
    long: long ? 'yes' : 'no',
    text,
    digest: createHash('sha256').update(`${text}\n`).digest('hex'),
    input: Buffer.from(stdin ?? []).toString('base64'),
    heard: heard?.startedAt ?? '-',
    offset: long ? (heard?.offset ?? 0) : 0,
  });
}

export const jobProgram = (
  directory: string,
  job: { readonly action: 'poll' | 'stop'; readonly key: string; readonly offset: number; readonly limit: number },
): Program => callRunner(directory, { ...job });

function callRunner(directory: string, variables: Readonly<Record<string, string | number>>): Program {
  return [
    PREAMBLE,
    assignments({ directory, runner: `${directory}/${RUNNER_FILE}`, ...variables }),
    `case $(sha256sum "$runner" 2>/dev/null) in ${RUNNER_DIGEST}*) ;; *) exit ${RUNNER_MISSING} ;; esac`,
    '. "$runner"',
    'exit',
  ].join('\n');
}

// The ledger's fields of a job, without braces.
const fieldsOf = (fields: Readonly<Record<string, unknown>>): string => JSON.stringify(fields).slice(1, -1);

const assignments = (variables: Readonly<Record<string, string | number>>): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}=${quote(value)}`)
    .join('\n');

const assignSecrets = ({ secrets }: Command): string =>
  assignments(Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, secret.reveal()])));

const abbreviated = (text: string): string =>
  text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}...`;
