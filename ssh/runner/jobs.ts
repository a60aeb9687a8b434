import type { NodeAccess } from '../connect/node-access.ts';
import { protocolError } from '../node-errors.ts';
import type { Job, JobEnd, NodeSession, StepJobs } from '../node-session.ts';
import { parseFull, parseJobs, parseJobState, readAnswer } from './answer.ts';
import { passOn } from './job-output.ts';
import { followProgram, jobsProgram } from './programs.ts';
import { withRunner } from './repair-runner.ts';
import { runAsRoot } from './run-as-root.ts';

const LIST_MS = 60_000;

export async function listJobs(node: NodeAccess, step: StepJobs): Promise<readonly Job[]> {
  const title = `jobs of ${step.instance} ${step.step ?? ''}`;
  const running = await runAsRoot(node, jobsProgram(node.directory, step), { title, timeoutMs: LIST_MS });
  for await (const _ of running.output);
  const jobs = parseJobs(await readAnswer(node, title, running));
  if (jobs === undefined) throw protocolError(node.address, title, 'the list was cut off');
  return jobs;
}

export const follow = (node: NodeAccess, job: Job, options: Parameters<NodeSession['follow']>[1]): Promise<JobEnd> =>
  withRunner(node, () => followOnce(node, job, options));

async function followOnce(
  node: NodeAccess,
  job: Job,
  { offset, onOutput, signal }: Parameters<NodeSession['follow']>[1],
): Promise<JobEnd> {
  const title = `follow ${job.key}`;
  const running = await runAsRoot(node, followProgram(node.directory, job, offset), { title, signal });
  const { startedAt } = job;
  const tail = await passOn(running.output, {
    start: offset,
    startedAt,
    ...(onOutput === undefined ? {} : { onOutput }),
  });
  const answer = await readAnswer(node, title, running);
  const end = parseJobState(answer);
  if (end === undefined) throw protocolError(node.address, title, 'cannot read its state');
  return { ...end, tail: await node.mask(tail), full: parseFull(answer) };
}
