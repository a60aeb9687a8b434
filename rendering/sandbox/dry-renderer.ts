import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';
import {
  type JobsToRead,
  type JobTexts,
  parseChildMessage,
  type RenderAnswer,
  type RenderInput,
} from './dry-render-protocol.ts';
import { oneLine } from './one-line.ts';
import { createRubies, type Ruby, type Rubies } from './rubies.ts';

/** Milliseconds for one instance, once ruby has started: a thousand times what the largest component of cf-release takes. */
const DEADLINE_MS = 30_000;

/** Each costs a deadline, and a job that every node carries fails everywhere. */
const MOST_DEATHS = 3;

/** What ruby has taken for thousands of instances it gives back only when it ends: 600 MB for 5,000, 170 for these. */
const MOST_INSTANCES = 500;

/** Ruby needs half a second of a processor that may be busy. */
const START_WITHIN_MS = 120_000;

interface Options {
  /** Default: one is started for this rendering. */
  readonly rubies?: Rubies;
  /** For one instance. Default: 30 s. */
  readonly deadlineMs?: number;
  /** For one ruby. Default: 500. */
  readonly mostInstances?: number;
  /** What is kept of an answer, as soon as it is there: those of thousands of instances are megabytes. Default: all of it. */
  readonly keep?: (answer: RenderAnswer) => RenderAnswer;
}

/**
 * Renders instances with the very code that nodes use, on this machine but out of its reach: in ruby compiled to
 * WebAssembly, in a process that is killed when a template never ends. Equal inputs are rendered once.
 * Answers each input; throws only when the rendering itself is impossible.
 */
export async function renderInstances(
  jobs: Readonly<Record<string, JobTexts>>,
  inputs: readonly RenderInput[],
  {
    rubies = createRubies(),
    deadlineMs = DEADLINE_MS,
    mostInstances = MOST_INSTANCES,
    keep = (answer) => answer,
  }: Options = {},
): Promise<RenderAnswer[]> {
  const keyed = inputs.map((input) => [digestOf(input), input] as const);
  const answers = new Map<string, RenderAnswer>();
  let waiting = [...new Map(keyed)];
  let ahead = true;
  for (let deaths = 0; waiting.length > 0 && deaths < MOST_DEATHS;) {
    const child = await rubies.start(oneLine(JSON.stringify({ jobs, ahead } satisfies JobsToRead)));
    const left = waiting.slice(0, mostInstances).map(([, input]) => input);
    const { answers: answered, hasDied, isReading } = await renderInChild(child, left, { deadlineMs, keep });
    if (isReading) {
      // Not every instance has the job that cannot be read.
      ahead = false;
      continue;
    }
    for (const [position, answer] of answered.entries()) answers.set(waiting[position]?.[0] ?? '', answer);
    waiting = waiting.slice(answered.length);
    if (hasDied) deaths += 1;
  }
  return keyed.map(([key]) => answers.get(key) ?? { error: 'was not rendered, since too many others never ended' });
}

/**
 * The answers up to the first input after which the child is of no use: one that it does not survive, whose answer is what it
 * died of, or one that has changed its ruby.
 */
async function renderInChild(
  child: Ruby,
  inputs: readonly RenderInput[],
  { deadlineMs, keep }: Required<Pick<Options, 'deadlineMs' | 'keep'>>,
): Promise<Rendered> {
  const answers: RenderAnswer[] = [];
  let readies = 0;
  let place: readonly [job: string, template: string] | undefined;
  let reason = 'ended before its time';
  const giveUp = (): void => {
    reason = `takes more than ${deadlineMs / 1000} s`;
    child.kill('SIGKILL');
  };
  let deadline = setTimeout(giveUp, START_WITHIN_MS);
  try {
    // What it has not taken when it dies is given to another.
    pipeline(linesOf(inputs), child.stdin).catch(() => {});
    for await (const line of createInterface({ input: child.stdout })) {
      const message = parseChildMessage(line);
      if (message === undefined) break;
      if ('spent' in message) return { answers, hasDied: false, isReading: false };
      if ('at' in message) place = message.at;
      else if ('died' in message) reason = message.died;
      else {
        if ('answer' in message) answers.push(keep(message.answer));
        else readies += 1;
        place = undefined;
        clearTimeout(deadline);
        deadline = setTimeout(giveUp, deadlineMs);
      }
    }
  } finally {
    clearTimeout(deadline);
    child.kill('SIGKILL');
  }
  if (answers.length === inputs.length) return { answers, hasDied: false, isReading: false };
  if (place === undefined)
    throw new DeploymentEngineError('InternalError', phrase('The dry rendering {reason}', { reason }));
  if (readies < READY_FOR_INSTANCES) return { answers: [], hasDied: true, isReading: true };
  return { answers: [...answers, death(place, reason)], hasDied: true, isReading: false };
}

const digestOf = (input: RenderInput): string => createHash('sha256').update(JSON.stringify(input)).digest('base64');

/** Made when there is room: with the addresses of thousands of nodes in each they would take a gigabyte together. */
function* linesOf(inputs: readonly RenderInput[]): Generator<string> {
  for (const input of inputs) yield `${oneLine(JSON.stringify(input))}\n`;
}

/** A child says that it is ready for jobs, then for instances. */
const READY_FOR_INSTANCES = 2;

interface Rendered {
  readonly answers: readonly RenderAnswer[];
  readonly hasDied: boolean;
  /** It died of the jobs, before any instance. */
  readonly isReading: boolean;
}

const death = ([job, template]: readonly [string, string], message: string): RenderAnswer => ({
  failures: [{ job, template, line: null, property: null, message }],
  hasDied: true,
});
