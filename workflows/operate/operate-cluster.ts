import {
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
  setCurrentDetails,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { InstanceOperation } from '../../domain/plan/operation.ts';
import type { Outcome } from '../../domain/run/run.ts';
import { joined } from '../../domain/text/joined.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { causeOf } from '../child-end.ts';
import { type ClusterResult } from '../deploy/end-deploy.ts';
import { ended, headline, recordSummary } from '../deploy/headlines.ts';
import { clusterIdKey, type OperateResult, type OperationInput, operationKey, phaseKey, runKey } from '../messages.ts';
import { namedRun } from '../named-run.ts';
import { engine, looks } from '../proxies.ts';
import { clusterOfWorkflow, refuseLateStart, refuseOtherCluster } from '../root-start.ts';
import { answerOthers } from './answer-others.ts';
import { operateInstances } from './operate-instances.ts';
import { type OperationOutcome, outcomeOf, titleOf } from './operation-outcome.ts';
import { checkInstances } from './operation-request.ts';
import { enter, type OperationRun } from './operation-run.ts';

/** Stops instances and starts them again, in the order of a start. */
export async function restartCluster(input?: Partial<OperationInput> | null): Promise<ClusterResult> {
  return operateCluster('restart', input ?? {});
}

/** Stops instances until they are started again, in the reverse order. */
export async function stopCluster(input?: Partial<OperationInput> | null): Promise<ClusterResult> {
  return operateCluster('stop', input ?? {});
}

async function operateCluster(operation: InstanceOperation, input: Partial<OperationInput>) {
  const state: OperationRun = {
    operation,
    cluster: clusterOfWorkflow(),
    request: input.request,
    work: new CancellationScope(),
    run: undefined,
    revision: undefined,
    phase: 'starting',
    working: [],
    done: new Set(),
    unknown: new Set(),
    updates: 0,
    refusal: undefined,
    result: undefined,
  };
  answerOthers(state);
  upsertSearchAttributes([
    { key: clusterIdKey, value: state.cluster },
    { key: operationKey, value: operation },
    { key: phaseKey, value: state.phase },
  ]);
  let result: ClusterResult;
  try {
    refuseOtherCluster(operation, input.cluster, state.cluster);
    refuseLateStart(input);
    checkInstances(input.instances);
    result = await beginAndPerform(state, input.instances);
  } catch (error) {
    // A run that has begun is not refused: Temporal shows the failure, and the store closes the run.
    if (state.run !== undefined) throw error;
    state.refusal = causeOf(error);
    enter(state, 'refused', phrase('Refused: {why}', { why: state.refusal.message }));
    result = { outcome: 'refused', reason: state.refusal.message };
  }
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  return result;
}

async function beginAndPerform(state: OperationRun, instances: readonly string[]): Promise<ClusterResult> {
  const { cluster, operation, work } = state;
  // Not cancellable: a run that has a number in the store must also be ended there.
  const begun = await CancellationScope.nonCancellable(() =>
    engine.beginRun.executeWithOptions({ summary: inOwnLanguage('Give the run its number') }, [
      { cluster, operation, instances },
    ]),
  );
  state.run = begun.run;
  state.revision = begun.revision;
  upsertSearchAttributes([{ key: runKey, value: String(begun.run) }]);
  const end = await work
    .run(() => perform(state, begun.temporalRunId, instances))
    .catch((error: unknown) => endEarly(state, instances, error));
  const { outcome, reason } = end;
  await CancellationScope.nonCancellable(() =>
    engine.finishRun.executeWithOptions({ summary: recordSummary(outcome) }, [
      { run: state.run ?? begun.run, outcome, ...(reason === undefined ? {} : { reason }) },
    ]),
  );
  state.result = end.result;
  enter(state, 'done', ended(state.run, { outcome, ...(reason === undefined ? {} : { reason }) }));
  return { outcome, run: state.run, ...(reason === undefined ? {} : { reason }) };
}

interface End {
  readonly outcome: Outcome;
  readonly reason?: Text;
  readonly result: OperateResult;
}

async function perform(state: OperationRun, temporalRunId: string, instances: readonly string[]): Promise<End> {
  const { cluster, operation } = state;
  const title = titleOf(operation, instances);
  enter(state, 'surveying', headline(state.run, title));
  const plan = await looks.planOperation.executeWithOptions(
    { summary: inOwnLanguage('See whether every node answers') },
    [{ run: numberOf(state), operation, instances }],
  );
  if (plan.run !== state.run) upsertSearchAttributes([{ key: runKey, value: String(plan.run) }]);
  const { run } = plan;
  state.run = run;
  if (plan.refusal !== undefined) return endOf(outcomeOf(plan, new Map(), instances));
  const atWorkOn = headline(run, title);
  enter(state, 'working', atWorkOn);
  const ends = await operateInstances({
    cluster,
    run,
    temporalRunId,
    operation,
    ordinal: 1,
    instances: plan.instances,
    onWorking: (ids) => {
      state.working = ids;
      const atWork = phrase('At work: {instances}', { instances: ids.length === 0 ? '-' : ids });
      setCurrentDetails(`${inOwnLanguage(atWorkOn)}\n\n${inOwnLanguage(atWork)}`);
    },
    onDone: (id) => void state.done.add(id),
    onUnknown: (address) => void state.unknown.add(address),
  });
  return endOf(outcomeOf(plan, ends, instances));
}

function endOf({ result, hasChanged, isPartial }: OperationOutcome): End {
  if (result.problem !== undefined)
    return { outcome: isPartial ? 'incomplete' : 'failed', reason: result.problem.message, result };
  return { outcome: hasChanged ? 'ok' : 'unchanged', result };
}

function endEarly(state: OperationRun, asked: readonly string[], error: unknown): End {
  const outcome = isCancellation(error) ? 'cancelled' : 'failed';
  const problem = isCancellation(error)
    ? {
        code: 'RunEnded',
        message: joined([
          phrase('{run} was cancelled by an operator', { run: namedRun(state.run) }),
          ...unknownOf(state),
        ]),
      }
    : causeOf(error);
  const { code, message } = problem;
  return {
    outcome,
    reason: message,
    result: {
      run: numberOf(state),
      problem: { code, message },
      notDone: {},
      undone: asked.filter((id) => !state.done.has(id)),
      notes: {},
    },
  };
}

const unknownOf = ({ unknown }: OperationRun): Text[] =>
  unknown.size === 0 ? [] : [phrase('remote-unknown: {addresses}', { addresses: [...unknown] })];

function numberOf({ run }: OperationRun): number {
  if (run === undefined) throw new TypeError('The run has no number yet');
  return run;
}
