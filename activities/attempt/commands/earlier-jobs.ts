import type { StepRecord } from '../../../domain/run/run.ts';
import { phrase, type Text } from '../../../domain/text/text.ts';
import type { Job, JobEnd, OnOutput } from '../../../ssh/node-session.ts';
import type { Store } from '../../../store/store.ts';
import type { CommandPlace, EarlierJobs } from '../workplace.ts';
import { commandOutput } from './command-output.ts';

const TAIL_BYTES = 4_096;

/** A first attempt has left nothing behind. */
export async function hearEarlierJobs(
  work: CommandPlace & { readonly deps: { readonly store: Pick<Store, 'steps'> } },
  record: StepRecord,
): Promise<{ readonly earlier?: EarlierJobs }> {
  if (record.attempts === 1 && record.round === 1) return {};
  const earlier = await hearOut(work, record.position);
  await work.deps.store.steps.reach(record);
  return { earlier };
}

/**
 * Takes over what earlier attempts and rounds of the step have left unread, and waits for what still runs: whoever looks at
 * the node while a command of the step is at work sees it half-done. `since`: where the ledger stood when this round began, or
 * after its last reported failure; nothing can have failed unreported without it.
 */
async function hearOut(work: CommandPlace, since: number | undefined): Promise<EarlierJobs> {
  const { session, place, fence } = work;
  const { instance, step } = place;
  const failed = new Map<string, JobEnd>();
  const heard = new Map<string, { startedAt: number; offset: number }>();
  const done = new Set<number>();
  for (let rest = await open(); rest.length > 0; rest = await open()) {
    // Only the newest can still be at work: named until it is heard, so that it can be stopped.
    const { key } = rest.at(-1) as Job;
    work.trace.begin(key);
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
  work.trace.end();
  return { failed, heard };

  async function open(): Promise<Job[]> {
    const jobs = await session.jobs({ fence, instance, step });
    return jobs.filter(({ startedAt }) => !done.has(startedAt));
  }

  async function report(job: Job, end: JobEnd): Promise<void> {
    if (!job.keepsOutput) {
      work.log.write(
        'warn',
        phrase('a command failed while nobody listened ({how}); it kept no output and is started again', {
          how: how(end),
        }),
      );
      return;
    }
    const { tail } = await session.follow(job, { offset: Math.max(0, end.size - TAIL_BYTES), signal: work.signal });
    failed.set(job.key, { ...end, tail });
  }
}

async function hear(work: CommandPlace, job: Job): Promise<JobEnd> {
  const output = commandOutput(work.deps, work.place, job.key);
  try {
    const offset = await output.offset(job.startedAt);
    const onOutput: OnOutput = (...piece) => {
      work.trace.progress();
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

const how = ({ state, exitCode }: JobEnd): Text =>
  state === 'exited'
    ? phrase('exit code {code}', { code: String(exitCode) })
    : state === 'late'
      ? 'not in time'
      : 'it died';
