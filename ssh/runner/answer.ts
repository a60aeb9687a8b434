import type { FullFileSystem } from '../../domain/node/disk-full.ts';
import { phrase } from '../../domain/text/text.ts';
import type { NodeAccess } from '../connect/node-access.ts';
import { claimDamaged, commandDamaged, duplicateController, protocolError, superseded } from '../node-errors.ts';
import type { Job, JobState } from '../node-session.ts';
import { RUNNER_MISSING } from './programs.ts';
import type { RunningProgram } from './running-program.ts';
import { fullFileSystem, unwritable } from './unwritable.ts';

const PREFIX = 'runner: ';

/** The runner's answer: a list of words for each line. */
export type Answer = readonly (readonly string[])[];

/** Waits for the end of a runner's program; throws when the runner refused. */
export async function readAnswer(
  { address, mask }: Pick<NodeAccess, 'address' | 'mask'>,
  title: string,
  running: Pick<RunningProgram, 'output' | 'end'>,
): Promise<Answer> {
  const { exitCode, stderr } = await running.end();
  if (exitCode === RUNNER_MISSING) throw new RunnerMissing(title);
  const answer = parseAnswer(stderr);
  for (const words of answer) throwRefusal(address, title, words);
  if (answer.length === 0)
    throw protocolError(
      address,
      title,
      phrase('no answer from the runner ({words})', { words: (await mask(stderr)).trim() }),
    );
  return answer;
}

/** Thrown when the runner is missing, damaged or of another version, so that it must be written again. */
export class RunnerMissing extends Error {}

function throwRefusal(address: string, title: string, [event, kind, first, second, ...rest]: Answer[number]): void {
  if (event === 'damaged') throw commandDamaged(address, title);
  if (event === 'unwritable') throw unwritable(address, [kind, first, second, ...rest]);
  if (event !== 'refused') return;
  if (kind === 'fence') throw superseded(address, Number(first), Number(second));
  if (kind === 'damaged') throw claimDamaged(address);
  if (first === '-') throw protocolError(address, title, 'nobody has claimed this node; run the step `connect`');
  throw duplicateController(address, String(first));
}

const parseAnswer = (stderr: string): Answer =>
  stderr
    .split('\n')
    .filter((line) => line.startsWith(PREFIX))
    .map((line) => line.slice(PREFIX.length).split(' '));

const STATES: readonly string[] = ['none', 'running', 'exited', 'died', 'late'] satisfies JobState['state'][];

type State = Omit<JobState, 'output'>;

/** Full file systems, which the runner names after a command has failed. */
export const parseFull = (answer: Answer): FullFileSystem[] =>
  answer.filter(([event]) => event === 'full').map(([, ...words]) => fullFileSystem(words));

/** The line with a job's state; undefined when there is none. */
export function parseJobState(answer: Answer): State | undefined {
  const [, state, code, size] = answer.find(([event]) => event === 'end') ?? [];
  if (state === undefined || !STATES.includes(state)) return undefined;
  return {
    state: state as JobState['state'],
    exitCode: code === 'null' ? undefined : Number(code),
    size: Number(size),
  };
}

/** The listed jobs, oldest first; undefined when the list is incomplete. */
export function parseJobs(answer: Answer): Job[] | undefined {
  if (!answer.some(([event]) => event === 'listed')) return undefined;
  return answer
    .filter(([event]) => event === 'job')
    .map(([, place = '', startedAt, keeps, about]) => {
      const { round, key } = JSON.parse(`{${about}}`) as { round: number; key: string };
      return { key, round, startedAt: Number(startedAt), keepsOutput: keeps === 'yes', place };
    })
    .toSorted((one, other) => one.startedAt - other.startedAt);
}
