import type { Job, JobEnd, OnOutput } from '../../../ssh/node-session.ts';
import type { EarlierJobs, Workplace } from '../workplace.ts';
import { commandOutput } from './command-output.ts';

const TAIL_BYTES = 4_096;

/**
 * Takes over what earlier attempts and rounds of the step have left unread, and waits for what still runs: whoever looks at
 * the node while a command of the step is at work sees it half-done. `since`: where the ledger stood when this round began, or
 * after its last reported failure; nothing can have failed unreported without it.
 */
export async function hearOut(work: Workplace, since: number | undefined): Promise<EarlierJobs> {
  const { session, place, fence } = work;
  const { instance, step } = place;
  const failed = new Map<string, JobEnd>();
  const heard = new Map<string, { startedAt: number; offset: number }>();
  const done = new Set<number>();
  for (let rest = await open(); rest.length > 0; rest = await open()) {
    // Only the newest can still be at work: named until it is heard, so that it can be stopped.
    const { key } = rest.at(-1) as Job;
    work.current.key = key;
    for (const job of rest) {
      const end = await hear(work, job);
      // Started again or put into the archive meanwhile: it is listed at its new place.
      if (end.state === 'none') break;
      done.add(job.startedAt);
      heard.set(job.key, { startedAt: job.startedAt, offset: end.size });
      failed.delete(job.key);
      if (job.round === place.round && since !== undefined && job.startedAt > since && hasFailed(end))
        await report(job, end);
    }
  }
  delete work.current.key;
  return { failed, heard };

  async function open(): Promise<Job[]> {
    const jobs = await session.jobs({ fence, instance, step });
    return jobs.filter(({ startedAt }) => !done.has(startedAt));
  }

  async function report(job: Job, end: JobEnd): Promise<void> {
    if (!job.keepsOutput) {
      work.log.write(
        'warn',
        `a command failed while nobody listened (${how(end)}); it kept no output and is started again`,
      );
      return;
    }
    const { tail } = await session.follow(job, { offset: Math.max(0, end.size - TAIL_BYTES), signal: work.signal });
    failed.set(job.key, { ...end, tail });
  }
}

async function hear(work: Workplace, job: Job): Promise<JobEnd> {
  const output = commandOutput(work.deps, work.place, job.key);
  try {
    const offset = await output.offset(job.startedAt);
    const onOutput: OnOutput = (...piece) => {
      work.current.hasProgressed = true;
      return output.take(...piece);
    };
    const end = await work.session.follow(job, { offset, onOutput, signal: work.signal });
    if (end.state !== 'none') await output.end(job.startedAt);
    return end;
  } finally {
    await output.settled();
  }
}

const hasFailed = ({ state, exitCode }: JobEnd): boolean => state !== 'exited' || exitCode !== 0;

const how = ({ state, exitCode }: JobEnd): string =>
  state === 'exited' ? `exit code ${exitCode}` : state === 'late' ? 'not in time' : 'it died';
