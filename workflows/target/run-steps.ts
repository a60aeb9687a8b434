import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  isCancellation,
  workflowInfo,
} from '@temporalio/workflow';
import { isOutOfReach } from '../../domain/plan/leaving.ts';
import { type StepName, STEPS } from '../../domain/steps.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import { phrase } from '../../domain/text/text.ts';
import { causeOf, hasTimedOut } from '../child-end.ts';
import { lookedSignal } from '../messages.ts';
import { isPatched } from '../patches.ts';
import { engine, steps } from '../proxies.ts';
import { refuse } from '../refuse.ts';
import { createParking, STOPPED } from './parking.ts';
import { createSilence } from './silent-node.ts';
import type { TargetEnd, TargetInput } from './target-end.ts';
import { tellRoot } from './tell-root.ts';

/** Walks a target's steps; one that gives up parks the target until somebody decides. */
export async function runSteps(input: TargetInput): Promise<TargetEnd> {
  refuseOrphan();
  const { run, temporalRunId, target, address } = input;
  const parking = createParking(input);
  const silence = createSilence(run, target, () => parking.parked() !== undefined);
  let { names, limits, isUnread = false } = await engine.loadSlice({ run, target });
  const skipped: StepName[] = [];
  const walked = new Set<StepName>();
  let hasChanged = false;

  for (let step = names[0]; step !== undefined; step = names.find((name) => !walked.has(name))) {
    for (let round = 1; ; round++) {
      const activityId = round === 1 ? step : `${step}#${round}`;
      try {
        const attempt = () =>
          parking.whileTrying(() =>
            steps[step as StepName].executeWithOptions(
              { activityId, summary: inOwnLanguage(STEPS[step as StepName].summary) },
              [{ run, temporalRunId, target, address, step: step as StepName, round }],
            ),
          );
        let result = await attempt();
        await silence.end();
        for (; result.state === 'waiting'; result = await attempt()) await parking.stepAside(step, result);
        hasChanged ||= result.state === 'changed';
        if ((await parking.leave())?.action !== 'abort') break;
        await engine.recordDecision({ run, target, step, round, action: 'abort', reason: undefined });
        return { state: 'aborted', skipped, reason: phrase('given up after {step}', { step }), hasChanged };
      } catch (error) {
        const givenUp = parking.givenUp();
        // The worker may have gone before it heard of the stop.
        const isCalledOff = parking.wasCalledOff() && (isCancellation(error) || hasTimedOut(error));
        if (isCancellation(error) && givenUp === undefined && !isCalledOff) throw error;
        // A cancelled step is no failure to decide about.
        if (CancellationScope.current().consideredCancelled) throw new CancelledFailure(`${step} was cancelled`);
        await silence.end();
        if (givenUp !== undefined) {
          const { parked, reason } = givenUp;
          await parking.leave();
          await engine.recordDecision({ run, target, step, round, action: 'abort', reason });
          return {
            state: 'aborted',
            skipped,
            reason: phrase('{step} given up: {why}', { step, why: parked.message }),
            hasChanged,
          };
        }
        const { code, message } = isCalledOff ? STOPPED : causeOf(error);
        if (code === 'RunEnded') throw refuse(code, message);
        // Its next attempt is told whether its run is over: then nobody decides about it any more.
        if (code === 'Superseded' && round === 1 && isPatched('who was overtaken asks once more')) continue;
        if (STEPS[step as StepName].stage === 'remove' && isOutOfReach(code))
          return { state: 'aborted', skipped, reason: message, hasChanged, isLeftBehind: true };
        const park = isCalledOff ? parking.parked() : undefined;
        const { action, reason } = await parking.decide(step, round, isCalledOff ? undefined : error, limits);
        await engine.recordDecision({ run, target, step, round, action, reason });
        if (action === 'abort')
          return {
            state: 'aborted',
            skipped,
            reason: phrase('{step} given up: {why}', { step, why: park?.message ?? message }),
            hasChanged,
          };
        if (action === 'skip') {
          skipped.push(step);
          break;
        }
      }
    }
    walked.add(step);
    if (!isUnread) continue;
    // The node has been read now, so the plan says what it lacks and what happens to its instances.
    const looked = await engine.loadSlice({ run, target });
    ({ names, limits, isUnread = false } = looked);
    if (!isUnread) await tellRoot(run, lookedSignal, { address, changes: looked.changes ?? [] });
  }
  return { state: 'done', skipped, hasChanged };
}

/** Only the cluster's workflow may start it: a copy started in the Web UI would work beside the original. */
export function refuseOrphan(): void {
  if (workflowInfo().parent !== undefined) return;
  throw ApplicationFailure.nonRetryable(
    'It is part of a run and cannot be started by itself: start the deploy again, or resolve what is parked.',
    'InvalidRequest',
  );
}
