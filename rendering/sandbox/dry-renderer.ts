import { createInterface } from 'node:readline';
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

/** Ruby needs half a second of a processor that may be busy. */
const START_WITHIN_MS = 120_000;

/**
 * Renders instances with the very code that nodes use, on this machine but out of its reach: in ruby compiled to
 * WebAssembly, in a process that is killed when a template never ends. Equal inputs are rendered once.
 * Answers each input; throws only when the rendering itself is impossible.
 */
export async function renderInstances(
  jobs: Readonly<Record<string, JobTexts>>,
  inputs: readonly RenderInput[],
  rubies: Rubies = createRubies(),
  deadlineMs: number = DEADLINE_MS,
): Promise<RenderAnswer[]> {
  const texts = inputs.map((input) => oneLine(JSON.stringify(input)));
  const answers = new Map<string, RenderAnswer>();
  let waiting = [...new Set(texts)];
  let ahead = true;
  for (let deaths = 0; waiting.length > 0 && deaths < MOST_DEATHS;) {
    const child = await rubies.start(oneLine(JSON.stringify({ jobs, ahead } satisfies JobsToRead)));
    const { answers: answered, hasDied, isReading } = await renderInChild(child, waiting, deadlineMs);
    if (isReading) {
      // Not every instance has the job that cannot be read.
      ahead = false;
      continue;
    }
    for (const [position, answer] of answered.entries()) answers.set(waiting[position] ?? '', answer);
    waiting = waiting.slice(answered.length);
    if (hasDied) deaths += 1;
  }
  return texts.map((text) => answers.get(text) ?? { error: 'was not rendered, since too many others never ended' });
}

/**
 * The answers up to the first input after which the child is of no use: one that it does not survive, whose answer is what it
 * died of, or one that has changed its ruby.
 */
async function renderInChild(child: Ruby, lines: readonly string[], deadlineMs: number): Promise<Rendered> {
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
    child.stdin.end(`${lines.join('\n')}\n`);
    for await (const line of createInterface({ input: child.stdout })) {
      const message = parseChildMessage(line);
      if (message === undefined) break;
      if ('spent' in message) return { answers, hasDied: false, isReading: false };
      if ('at' in message) place = message.at;
      else if ('died' in message) reason = message.died;
      else {
        if ('answer' in message) answers.push(message.answer);
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
  if (answers.length === lines.length) return { answers, hasDied: false, isReading: false };
  if (place === undefined)
    throw new DeploymentEngineError('InternalError', phrase('The dry rendering {reason}', { reason }));
  if (readies < READY_FOR_INSTANCES) return { answers: [], hasDied: true, isReading: true };
  return { answers: [...answers, death(place, reason)], hasDied: true, isReading: false };
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
});
