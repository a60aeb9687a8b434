import { createHash } from 'node:crypto';
import { type Command, shown, sh } from '../../../domain/command.ts';
import { DeploymentEngineError, isEngineError } from '../../../domain/errors.ts';
import { diskFull } from '../../../domain/node/disk-full.ts';
import { Secret } from '../../../domain/secret.ts';
import type { Act, CommandAct, FetchBlobAct, UploadAct } from '../../../domain/step.ts';
import type { OnOutput, RunRequest, RunResult } from '../../../ssh/node-session.ts';
import { artefactsOf, buildArtefact } from '../../builds/build-artefact.ts';
import type { NodePort } from '../run-step.ts';
import type { Workplace } from '../workplace.ts';
import { commandOutput } from './command-output.ts';
import { causeOf } from './failure-cause.ts';

/** Milliseconds one attached command may take; longer ones run detached. */
const ATTACHED_MS = 60_000;
const DETACHED_MS = 3_600_000;

/** The node as steps see it, with every change behind the fence. */
export function createNodePort(work: Workplace): NodePort {
  const carryOut = async (act: Act, position: number): Promise<void> => {
    // Whoever has let go starts nothing more.
    work.signal.throwIfAborted();
    switch (act.kind) {
      case 'command':
        return runCommand(work, act, position);
      case 'upload':
        return upload(work, act, position);
      case 'fetchBlob':
        return fetchBlob(work, act, position);
      case 'installRunner':
        return installRunner(work);
      case 'leave':
        return work.session.leave(work.fence);
      case 'build':
        return buildArtefact(work, act, (part) => carryOut(part, position));
    }
  };
  return {
    check: (command) => work.session.read(command, { signal: work.signal }),
    carryOut,
    announce: async (reason) => work.log.write('info', reason),
    expect: async (changes) => work.report.expect(await artefactsOf(work, changes)),
  };
}

async function installRunner({ session, fence }: Workplace): Promise<void> {
  await session.installRunner(fence);
}

async function runCommand(work: Workplace, act: CommandAct, position: number, stdin?: Uint8Array): Promise<void> {
  const { place, fence, signal } = work;
  const { command, long = false, failures = {}, hopeless } = act;
  const { instance, step, round, address } = place;
  const timeoutMs = act.timeoutMs ?? (long ? DETACHED_MS : ATTACHED_MS);
  const request: RunRequest = {
    fence,
    instance,
    step,
    round,
    command,
    long,
    position,
    timeoutMs,
    signal,
    ...(stdin === undefined ? {} : { stdin }),
  };
  const end = await (unreported(work, request) ?? runAndListen(work, request)).catch(asFailure(address, command));
  if (end.exitCode === 0 && act.setsPassword === true) work.session.expectOwnPassword();
  if (end.exitCode === 0) return;
  const [full, ...others] = end.full;
  if (full !== undefined) throw diskFull(address, [full, ...others], ending(command, end));
  const { exitCode, durationMs } = end;
  const code = exitCode === undefined ? undefined : failures[exitCode];
  throw new DeploymentEngineError(
    code ?? 'CommandFailed',
    `${address}: ${code === undefined ? ending(command, end) : explanation(command, end)}`,
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

type End = Pick<RunResult, 'exitCode' | 'tail' | 'full'> & { readonly durationMs: number | undefined };

async function runAndListen(work: Workplace, given: RunRequest): Promise<End> {
  const { deps, session, current, earlier } = work;
  const key = deps.commandKey(given);
  const output = commandOutput(deps, work.place, key);
  const heard = earlier?.heard.get(key);
  const onOutput: OnOutput = (...piece) => {
    current.hasProgressed = true;
    return output.take(...piece);
  };
  const request = { ...given, ...(heard === undefined ? {} : { heard }), onOutput };
  current.key = key;
  try {
    const end = await session.run(request);
    delete current.key; // one that is let go of stays named, so that it can be stopped
    // What had ended before is no progress of this attempt.
    if (!end.attached) current.hasProgressed = true;
    await output.end(end.startedAt);
    return end;
  } finally {
    await output.settled();
  }
}

/** How the command ended while nobody listened; its output is in the log. It is not started again without having failed. */
function unreported({ deps, place, earlier }: Workplace, request: RunRequest): Promise<End> | undefined {
  const key = deps.commandKey(request);
  const end = earlier?.failed.get(key);
  if (end === undefined) return undefined;
  return end.state === 'late'
    ? Promise.reject(
        new DeploymentEngineError('CommandTimedOut', `${place.address} ended it after ${request.timeoutMs} ms`),
      )
    : Promise.resolve({ ...end, durationMs: undefined });
}

const ending = (command: Command, { exitCode, durationMs, tail }: End): string => {
  const how = exitCode === undefined ? 'died' : `ended with exit code ${exitCode}`;
  const cause =
    causeOf(tail) ?? (exitCode === undefined ? 'the command was killed' : 'the command failed without a word');
  const when = durationMs === undefined ? 'while nobody listened' : `after ${(durationMs / 1000).toFixed(1)} s`;
  return `${cause} (${firstLine(command)} ${how} ${when}; the log has all that it said)`;
};

/** An exit code that means something is one of our own scripts', whose last paragraph says what is wrong. */
const explanation = (command: Command, end: End): string =>
  end.tail.trim().split('\n\n').at(-1) || ending(command, end);

/** Our own scripts say for how long what they try has failed before they give it up. */
function failingFor({ tail }: End): { readonly failingMs?: number } {
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
      `${address}: ${firstLine(command)} did not end in time: ${error.message}`,
      {
        details: error.details,
        cause: error,
      },
    );
  };

async function upload(
  work: Workplace,
  { path, content, mode, owner = 'root:root' }: UploadAct,
  position: number,
): Promise<void> {
  const bytes = Buffer.from(content instanceof Secret ? content.reveal() : content);
  // In the command's text, so that other content is another command.
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const command = sh`
    mkdir -p "$(dirname ${path})"
    umask 077
    cat >${path}.new
    echo ${`${sha256}  ${path}.new`} | sha256sum -c --quiet
    chown ${owner} ${path}.new
    chmod ${mode} ${path}.new
    mv ${path}.new ${path}`;
  await runCommand(work, { kind: 'command', command }, position, bytes);
  work.sent.bytes += bytes.length;
}

async function fetchBlob(work: Workplace, { sha256, size, path }: FetchBlobAct, position: number): Promise<void> {
  const part = `${path}.part`;
  const expected = `${sha256}  ${part}`;
  // A part that is whole is not asked for: there is nothing after it, which curl takes for a failure. One whose connection
  // broke off (18, 28, 56) is kept to go on from.
  const command = sh`
    mkdir -p "$(dirname ${path})"
    echo ${expected} | sha256sum -c --status 2>/dev/null ||
      curl -q -fsS --noproxy '*' --retry 3 --retry-delay 1 -C - -o ${part} ${work.mirrorUrl}/blobs/${sha256} ||
      { case $? in 18 | 28 | 56) ;; *) rm -f ${part} ;; esac; exit 1; }
    echo ${expected} | sha256sum -c --quiet || { rm -f ${part}; exit 4; }
    mv ${part} ${path}`;
  await runCommand(work, { kind: 'command', command, long: true, failures: { 4: 'ChecksumMismatch' } }, position);
  work.sent.bytes += size;
}

const FIRST_LINE_LENGTH = 100;

const firstLine = ({ text }: Command): string => {
  const [first = '', ...others] = text.trim().split('\n');
  const begun = first.trim();
  return others.length > 0 || begun.length > FIRST_LINE_LENGTH ? `${begun.slice(0, FIRST_LINE_LENGTH)} …` : begun;
};
