import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';
import {
  type JobTexts,
  oneLine,
  parseChildMessage,
  type RenderAnswer,
  type RenderInput,
} from './dry-render-protocol.ts';

export interface RenderLimits {
  /** Milliseconds for one instance, once ruby has started. */
  readonly deadline: number;
  /** Of ruby's memory; it starts with 70. */
  readonly memoryMiB: number;
}

/** A thousand times what the largest component of cf-release takes. */
const LIMITS: RenderLimits = { deadline: 30_000, memoryMiB: 512 };

/** Each costs a deadline, and a job that every node carries fails everywhere. */
const MOST_DEATHS = 3;

/** Ruby needs half a second of a processor that may be busy. */
const START_WITHIN_MS = 120_000;

const CHILD = path.join(import.meta.dirname, 'dry-renderer-child.ts');

/** A page of WebAssembly's memory. */
const PAGES_PER_MIB = 16;

/**
 * Renders instances with the very code that nodes use, on this machine but out of its reach: in ruby compiled to
 * WebAssembly, in a process that is killed when a template never ends. Equal inputs are rendered once.
 * Answers each input; throws only when the rendering itself is impossible.
 */
export async function renderInstances(
  jobs: Readonly<Record<string, JobTexts>>,
  inputs: readonly RenderInput[],
  limits: RenderLimits = LIMITS,
): Promise<RenderAnswer[]> {
  const texts = inputs.map((input) => oneLine(JSON.stringify(input)));
  const answers = new Map<string, RenderAnswer>();
  let waiting = [...new Set(texts)];
  for (let deaths = 0; waiting.length > 0 && deaths < MOST_DEATHS;) {
    const { answers: answered, hasDied } = await renderInChild([oneLine(JSON.stringify(jobs)), ...waiting], limits);
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
async function renderInChild(
  lines: readonly string[],
  limits: RenderLimits,
): Promise<{ readonly answers: readonly RenderAnswer[]; readonly hasDied: boolean }> {
  const child = await startChild(limits);
  const answers: RenderAnswer[] = [];
  let place: readonly [job: string, template: string] | undefined;
  let reason = 'ended before its time';
  const giveUp = (): void => {
    reason = `takes more than ${limits.deadline / 1000} s`;
    child.kill('SIGKILL');
  };
  let deadline = setTimeout(giveUp, START_WITHIN_MS);
  try {
    child.stdin.end(`${lines.join('\n')}\n`);
    for await (const line of createInterface({ input: child.stdout })) {
      const message = parseChildMessage(line);
      if (message === undefined) break;
      if ('spent' in message) return { answers, hasDied: false };
      if ('at' in message) place = message.at;
      else if ('died' in message) reason = message.died;
      else {
        if ('answer' in message) answers.push(message.answer);
        place = undefined;
        clearTimeout(deadline);
        deadline = setTimeout(giveUp, limits.deadline);
      }
    }
  } finally {
    clearTimeout(deadline);
    child.kill('SIGKILL');
  }
  if (answers.length === lines.length - 1) return { answers, hasDied: false };
  if (place === undefined)
    throw new DeploymentEngineError('InternalError', phrase('The dry rendering {reason}', { reason }));
  return { answers: [...answers, death(place, reason)], hasDied: true };
}

const death = ([job, template]: readonly [string, string], message: string): RenderAnswer => ({
  failures: [{ job, template, line: null, property: null, message }],
});

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** Optimising what runs for a second or two takes longer than running it. */
const UNOPTIMISED = '--liftoff-only';

/** Without the caller's environment; ends when the caller ends. */
async function startChild({ memoryMiB }: RenderLimits): Promise<Child> {
  const node = [process.execPath, UNOPTIMISED, `--wasm-max-mem-pages=${memoryMiB * PAGES_PER_MIB}`, CHILD];
  const child: Child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...node], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'] },
  });
  // A write to a dead child fails; its missing answers show that.
  child.stdin.on('error', () => undefined);
  await once(child, 'spawn').catch((cause: unknown) => {
    throw new DeploymentEngineError('EnvironmentLacking', 'The command setpriv of util-linux is needed to render', {
      cause,
    });
  });
  return child;
}
