import type { ApplicationFailure } from '@temporalio/common';
import { Overtaken } from '../../domain/run/overtaken.ts';
import type { StepRecord } from '../../domain/run/run.ts';
import { joined } from '../../domain/text/joined.ts';
import { phrase } from '../../domain/text/text.ts';
import { toFailure } from '../boundary/boundary.ts';
import type { Attempt } from './attempt.ts';
import { keepWish } from './installed-instance.ts';
import type { Performed } from './perform-step.ts';
import { rulesOf } from './stage-rules.ts';
import { judgeAwaitedFailure, judgeFailure, type Verdict } from './verdict.ts';

/** The step is over and the node is as wanted. */
export async function recordSuccess(
  { deps: { store }, input, key, log, begun }: Attempt,
  { state, reasons }: Performed,
): Promise<void> {
  // First, because it throws in an attempt that was overtaken: a later stop may have left another wish.
  await store.steps.end(key, state === 'changed' ? 'done' : 'unchanged', reasons);
  await keepWish(store, input);
  if (state === 'changed')
    log.write('info', phrase('done in {seconds} s', { seconds: ((Date.now() - begun) / 1000).toFixed(1) }));
}

/** Records a failed attempt and returns what Temporal is told of it. */
export async function recordFailure(attempt: Attempt, error: unknown): Promise<ApplicationFailure> {
  const { deps, input, key } = attempt;
  const { run, address, target, step } = input;
  // Read again: the step may have made progress meanwhile, which restarts its patience.
  const record = (await deps.store.steps.ofTarget(run, target)).find(
    (each) => each.step === step && each.round === key.round,
  );
  const hasBegun = key.attempts !== undefined;
  if (hasBegun && (record?.attempts !== key.attempts || record?.endedAt !== undefined)) throw new Overtaken(key);
  const verdict = verdictOn(attempt, error, record);
  if (verdict.code === 'RunEnded') {
    if (hasBegun) await deps.store.steps.end(key, 'aborted', ['the run ended meanwhile']);
  } else if (verdict.code === 'StoreUnwritable') {
    deps.log.outage(run, verdict.text);
  } else {
    await recordVerdict(attempt, verdict, record);
  }
  return toFailure(verdict, { address, target, step });
}

function verdictOn({ deps, input: { step } }: Attempt, error: unknown, record: StepRecord | undefined): Verdict {
  const { isAwaited, mostPatience = Infinity } = rulesOf(step);
  const tries = record ?? { failures: 0, silentSince: undefined };
  const patience = Math.min(mostPatience, deps.limits.patience);
  return isAwaited ? judgeAwaitedFailure(error, tries, Date.now()) : judgeFailure(error, tries, patience, Date.now());
}

async function recordVerdict(
  { deps: { store }, input: { step }, key, log, flushed }: Attempt,
  verdict: Verdict,
  record: StepRecord | undefined,
): Promise<void> {
  const { parks, isAwaited, isOptional } = rulesOf(step);
  const isParked = !verdict.retries && parks(verdict.code);
  const isGivenUp = !verdict.retries && !isParked;
  const follows = verdict.retries ? 'trying again' : isParked ? 'parked' : isAwaited ? '' : 'left to the next deploy';
  log.write(
    verdict.retries || isOptional ? 'warn' : 'error',
    joined([verdict.text, follows].filter((text) => text !== '')),
  );
  // Logged before it is counted: a worker that dies in between logs it twice rather than never.
  await flushed();
  await store.steps.fail(key, { ...verdict, message: verdict.text, parks: isParked });
  if (isGivenUp) await store.steps.end(key, 'aborted', record?.reasons ?? []);
}
