import { type Command, shown } from '../../../domain/command.ts';
import { DeploymentEngineError, type ErrorDetails, isEngineError } from '../../../domain/errors.ts';
import { diskFull } from '../../../domain/node/disk-full.ts';
import type { CommandAct } from '../../../domain/step.ts';
import { phrase, type Text } from '../../../domain/text/text.ts';
import type { OnOutput, RunRequest, RunResult } from '../../../ssh/node-session.ts';
import type { CommandPlace } from '../workplace.ts';
import { commandOutput } from './command-output.ts';
import { causeOf } from './failure-cause.ts';

/** Milliseconds one attached command may take; longer ones run detached. */
const ATTACHED_MS = 60_000;
const DETACHED_MS = 3_600_000;

/** Runs a command behind the fence, or attaches to it where it runs already; throws what its failure means. */
export async function runCommand(
  work: CommandPlace,
  act: CommandAct,
  position: number,
  stdin?: Uint8Array,
): Promise<void> {
  const { command } = act;
  const { address } = work.place;
  const request = requestFor(work, act, { position, ...(stdin === undefined ? {} : { stdin }) });
  const end = await (unreported(work, request) ?? runAndListen(work, request)).catch(asFailure(address, command));
  if (end.exitCode !== 0) throw failureOf(address, act, end);
  if (act.setsPassword === true) work.session.expectOwnPassword();
}

function requestFor(
  { place: { instance, step, round }, fence, signal }: CommandPlace,
  { command, long = false, timeoutMs = long ? DETACHED_MS : ATTACHED_MS }: CommandAct,
  given: Pick<RunRequest, 'position' | 'stdin'>,
): RunRequest {
  return { fence, instance, step, round, command, long, timeoutMs, signal, ...given };
}

function failureOf(address: string, { command, failures = {}, hopeless }: CommandAct, end: End): DeploymentEngineError {
  const { exitCode, durationMs } = end;
  const [full, ...others] = end.full;
  if (full !== undefined) return diskFull(address, [full, ...others], ending(command, end));
  const code = exitCode === undefined ? undefined : failures[exitCode];
  return new DeploymentEngineError(
    code ?? (lacksRoom(end) ? 'DiskFull' : 'CommandFailed'),
    phrase('{address}: {what}', {
      address,
      what: code === undefined ? ending(command, end) : explanation(command, end),
    }),
    {
      details: {
        address,
        command: shown(command).slice(0, 500),
        exitCode,
        durationMs,
        ...(exitCode !== undefined && exitCode === hopeless ? { isHopeless: true } : {}),
        ...(exitCode === undefined ? { hasDied: true } : {}),
        ...(code === undefined ? {} : failingFor(end)),
      },
    },
  );
}

/** Whoever gives back the room it has taken before it ends leaves a file system that is not full. */
const lacksRoom = ({ tail }: End): boolean => /No space left on device|Disk quota exceeded/.test(tail);

type End = Pick<RunResult, 'exitCode' | 'tail' | 'full'> & { readonly durationMs: number | undefined };

async function runAndListen(work: CommandPlace, given: RunRequest): Promise<End> {
  const { deps, session, trace, earlier } = work;
  const key = deps.commandKey(given);
  const output = commandOutput(deps, work.place, key);
  const heard = earlier?.heard.get(key);
  const onOutput: OnOutput = (...piece) => {
    trace.progress();
    return output.take(...piece);
  };
  const request = { ...given, ...(heard === undefined ? {} : { heard }), onOutput };
  trace.begin(key);
  try {
    const end = await session.run(request);
    trace.end();
    // What had ended before is no progress of this attempt.
    if (!end.attached) trace.progress();
    await output.end(end.startedAt);
    return end;
  } finally {
    await output.settled();
  }
}

/** How the command failed while no worker listened; its output is in the log. It must be reported before it is started again. */
function unreported({ deps, place, earlier }: CommandPlace, request: RunRequest): Promise<End> | undefined {
  const key = deps.commandKey(request);
  const end = earlier?.failed.get(key);
  if (end === undefined) return undefined;
  return end.state === 'late'
    ? Promise.reject(
        new DeploymentEngineError(
          'CommandTimedOut',
          phrase('{address} ended it after {ms} ms', { address: place.address, ms: request.timeoutMs }),
        ),
      )
    : Promise.resolve({ ...end, durationMs: undefined });
}

const ending = (command: Command, { exitCode, durationMs, tail }: End): Text => {
  const how = exitCode === undefined ? 'died' : phrase('ended with exit code {code}', { code: exitCode });
  const cause =
    causeOf(tail) ?? (exitCode === undefined ? 'the command was killed' : 'the command failed without a word');
  const when =
    durationMs === undefined
      ? 'while nobody listened'
      : phrase('after {seconds} s', { seconds: (durationMs / 1000).toFixed(1) });
  return phrase('{cause} ({command} {how} {when}; the log has all that it said)', {
    cause,
    command: firstLine(command),
    how,
    when,
  });
};

/** Exit codes with a meaning come from our own scripts, whose last paragraph says what is wrong. */
const explanation = (command: Command, end: End): Text => end.tail.trim().split('\n\n').at(-1) || ending(command, end);

/** Our own scripts say how long they had tried. */
function failingFor({ tail }: End): Pick<ErrorDetails, 'failingMs'> {
  const seconds = /^failing for (\d+) s$/m.exec(tail)?.[1];
  return seconds === undefined ? {} : { failingMs: 1000 * Number(seconds) };
}

// The node ended it, so the time-out is the command's own failure and not the network's.
const asFailure =
  (address: string, command: Command) =>
  (error: unknown): never => {
    if (!isEngineError(error, 'CommandTimedOut')) throw error;
    throw new DeploymentEngineError(
      'CommandFailed',
      phrase('{address}: {command} did not end in time: {why}', {
        address,
        command: firstLine(command),
        why: error.text,
      }),
      {
        details: error.details,
        cause: error,
      },
    );
  };

const FIRST_LINE_LENGTH = 100;

const firstLine = ({ text }: Command): string => {
  const [first = '', ...others] = text.trim().split('\n');
  const begun = first.trim();
  return others.length > 0 || begun.length > FIRST_LINE_LENGTH ? `${begun.slice(0, FIRST_LINE_LENGTH)} …` : begun;
};
