import { Overtaken } from '../../domain/run/overtaken.ts';
import { isCancelled } from '../boundary/boundary.ts';
import { withHeartbeat } from '../boundary/with-heartbeat.ts';
import type { AwaitedBuilds } from '../builds/builds-wait.ts';
import type { WorkReport } from '../progress/work-report.ts';
import { makeStep } from '../steps/steps.ts';
import { type Execution, type MakeStep, openAttempt, type StepInput, type Stepping } from './attempt.ts';
import { performStep } from './perform-step.ts';
import { recordFailure, recordSuccess } from './record-end.ts';

/** `waiting`: another node builds what the step needs; run it again when that is there. */
export type StepResult = { readonly state: 'unchanged' | 'changed' } | ({ readonly state: 'waiting' } & AwaitedBuilds);

export type StepActivity = (input: StepInput) => Promise<StepResult>;

/** The one activity behind all step names. */
export function createStepActivity(deps: Stepping, make: MakeStep = makeStep): StepActivity {
  return (input) => {
    let report: WorkReport | undefined;
    const onReport = (made: WorkReport): void => void (report = made);
    return withHeartbeat(
      (context) =>
        attemptStep(deps, input, {
          signal: context.cancellationSignal,
          isCancelled: () => context.cancellationDetails?.cancelRequested === true,
          make,
          onReport,
        }),
      () => report?.text(),
    );
  };
}

/** One attempt of one step: recorded, judged, logged, and behind the fence. */
export async function attemptStep(given: Stepping, input: StepInput, execution: Execution): Promise<StepResult> {
  let attempt = openAttempt(given, input, execution);
  const { runs, steps } = attempt.deps.store;
  try {
    await runs.assertOpen(input.run, input.temporalRunId);
    const record = await steps.begin(attempt.key);
    attempt = { ...attempt, key: { ...attempt.key, attempts: record.attempts } };
    const performed = await performStep(attempt, record);
    if (performed.state === 'waiting') return performed;
    await recordSuccess(attempt, performed);
    return { state: performed.state };
  } catch (error) {
    if (isCancelled(error) || error instanceof Overtaken || attempt.signal.aborted) throw error;
    throw await recordFailure(attempt, error);
  } finally {
    await attempt.flushed();
  }
}
