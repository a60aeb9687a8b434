import type { NodeAccess } from '../connect/node-access.ts';
import { protocolError, timedOut } from '../node-errors.ts';
import type { Claim, Fence, JobState, NodeStanding, RunRequest, RunResult } from '../node-session.ts';
import { parseFull, parseJobState, readAnswer } from './answer.ts';
import { passOn } from './job-output.ts';
import { commandKey } from './key.ts';
import { leadingLine } from './leading-line.ts';
import { installProgram, jobProgram, leaveProgram, runProgram } from './programs.ts';
import { withRunner } from './repair-runner.ts';
import { runAsRoot } from './run-as-root.ts';

/** The node itself ends a late command; after this much longer nobody waits for its answer. */
const GRACE_MS = 30_000;
const SHORT_MS = 60_000;

export async function run(node: NodeAccess, request: RunRequest): Promise<RunResult> {
  assertCarriable(request);
  return withRunner(node, () => runOnce(node, request));
}

async function runOnce(node: NodeAccess, request: RunRequest): Promise<RunResult> {
  const began = performance.now();
  const key = commandKey(request);
  const title = `${request.instance} ${request.step} #${request.round} ${key}`;
  const patience = { title, timeoutMs: request.timeoutMs + GRACE_MS, signal: request.signal };
  const running = await runAsRoot(node, runProgram(node.directory, request, key, node.controller ?? {}), patience);

  const { line, rest } = await leadingLine(running.output);
  const [event, position] = line?.split(' ') ?? [];
  const startedAt = Number(position);
  const { onOutput, heard } = request;
  const start = request.long && heard?.startedAt === startedAt ? heard.offset : 0;
  const tail = await passOn(rest, { start, startedAt, ...(onOutput === undefined ? {} : { onOutput }) });
  const answer = await readAnswer(node, title, running);
  const end = parseJobState(answer);
  if (end === undefined) throw protocolError(node.address, title, `cannot read ${JSON.stringify(answer)}`);
  if (end.state === 'late') throw timedOut(node.address, title, request.timeoutMs);
  return {
    exitCode: end.exitCode,
    died: end.state === 'died',
    key,
    tail: await node.mask(tail),
    durationMs: performance.now() - began,
    full: parseFull(answer),
    attached: event !== 'started',
    startedAt,
  };
}

// A detached command's text and input would have to be stored on the node.
function assertCarriable({ long, command, stdin }: RunRequest): void {
  if (!long) return;
  if (stdin !== undefined) throw new TypeError('A long command has no standard input');
  if (Object.keys(command.secrets).length > 0) throw new TypeError('A long command holds no secret');
}

export async function installRunner(node: NodeAccess, claim: Claim): Promise<NodeStanding> {
  const title = 'install the runner';
  const program = installProgram(node.directory, claim, node.controller ?? {});
  const running = await runAsRoot(node, program, { title, timeoutMs: SHORT_MS });
  const answer = await readAnswer(node, title, running);
  const [, position] = answer.find(([event]) => event === 'installed') ?? [];
  if (position === undefined) throw protocolError(node.address, title, `cannot read ${JSON.stringify(answer)}`);
  const { engine, generation, run: number } = claim;
  return { position: Number(position), fence: { generation, run: number }, owner: engine };
}

export async function leave(node: NodeAccess, fence: Fence): Promise<void> {
  const title = 'leave the node';
  const running = await runAsRoot(node, leaveProgram(node.directory, fence), { title, timeoutMs: SHORT_MS });
  const answer = await readAnswer(node, title, running);
  if (!answer.some(([event]) => event === 'left'))
    throw protocolError(node.address, title, `cannot read ${JSON.stringify(answer)}`);
}

interface Asked {
  readonly key: string;
  readonly offset: number;
  readonly limit: number;
}

export const askForJob = (node: NodeAccess, action: 'poll' | 'stop', asked: Asked): Promise<JobState> =>
  withRunner(node, () => askOnce(node, action, asked));

async function askOnce(node: NodeAccess, action: 'poll' | 'stop', { key, offset, limit }: Asked): Promise<JobState> {
  const title = `${action} ${key}`;
  const program = jobProgram(node.directory, { action, key, offset, limit });
  const running = await runAsRoot(node, program, { title, timeoutMs: SHORT_MS });
  const chunks: Buffer[] = [];
  for await (const chunk of running.output) chunks.push(chunk);
  const end = parseJobState(await readAnswer(node, title, running));
  if (end === undefined) throw protocolError(node.address, title, 'cannot read its state');
  return { ...end, output: Buffer.concat(chunks) };
}
