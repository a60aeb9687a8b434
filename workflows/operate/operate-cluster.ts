import {
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { InstanceOperation } from '../../domain/plan/operation.ts';
import type { Outcome } from '../../domain/run/run.ts';
import { causeOf } from '../child-end.ts';
import type { ClusterResult } from '../deploy/deploy-cluster.ts';
import {
  type CancelRequest,
  cancelUpdate,
  type ClusterStatus,
  clusterIdKey,
  deployUpdate,
  type OperateResult,
  type OperationInput,
  operateUpdate,
  operationKey,
  type Phase,
  phaseKey,
  type ResolveRequest,
  resolveUpdate,
  runKey,
  statusQuery,
} from '../messages.ts';
import { namedRun } from '../named-run.ts';
import { engine, looks } from '../proxies.ts';
import { checkInTime, refuse, reply } from '../resolve.ts';
import { clusterOfWorkflow, refuseLateStart, refuseOtherCluster } from '../root-start.ts';
import { operateInstances } from './operate-instances.ts';
import { type OperationOutcome, outcomeOf, titleOf } from './operate.ts';
import { checkInstances, checkOperate } from './operation-request.ts';

/** Stops instances and starts them again, in the order of a start. */
export async function restartCluster(input?: Partial<OperationInput>): Promise<ClusterResult> {
  return operateCluster('restart', input);
}

/** Stops instances until they are started again, in the reverse order. */
export async function stopCluster(input?: Partial<OperationInput>): Promise<ClusterResult> {
  return operateCluster('stop', input);
}

/** What is known of the run so far. */
interface Operation {
  readonly operation: InstanceOperation;
  readonly cluster: string;
  /** The request that has started it. */
  readonly request: string | undefined;
  readonly work: CancellationScope;
  run: number | undefined;
  revision: number | undefined;
  phase: Phase;
  working: readonly string[];
  /** Ids. */
  readonly done: Set<string>;
  /** Nodes where a command may still be at work although it was to end. */
  readonly unknown: Set<string>;
  updates: number;
  refusal: { readonly code: string; readonly message: string } | undefined;
  result: OperateResult | undefined;
}

async function operateCluster(operation: InstanceOperation, input: Partial<OperationInput> = {}) {
  const state: Operation = {
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
  answerRequests(state);
  upsertSearchAttributes([
    { key: clusterIdKey, value: state.cluster },
    { key: operationKey, value: operation },
    { key: phaseKey, value: state.phase },
  ]);
  let result: ClusterResult;
  try {
    refuseOtherCluster(operation, input.cluster, state.cluster);
    refuseLateStart(input.beginWithin);
    checkInstances(input.instances);
    result = await beginAndPerform(state, input.instances);
  } catch (error) {
    // What has begun is not refused: Temporal shows the failure, and the store closes the run.
    if (state.run !== undefined) throw error;
    state.refusal = causeOf(error);
    enter(state, 'refused', `Refused: ${state.refusal.message}`);
    result = { outcome: 'refused', reason: state.refusal.message };
  }
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  return result;
}

async function beginAndPerform(state: Operation, instances: readonly string[]): Promise<ClusterResult> {
  const { cluster, operation, work } = state;
  // Not cancelled half-way: a run that has its number in the store is ended there as well.
  const begun = await CancellationScope.nonCancellable(() =>
    engine.beginRun.executeWithOptions({ summary: 'Give the run its number' }, [{ cluster, operation, instances }]),
  );
  state.run = begun.run;
  state.revision = begun.revision;
  upsertSearchAttributes([{ key: runKey, value: String(begun.run) }]);
  const end = await work
    .run(() => perform(state, begun.temporalRunId, instances))
    .catch((error: unknown) => endEarly(state, instances, error));
  const { outcome, reason } = end;
  await CancellationScope.nonCancellable(() =>
    engine.finishRun.executeWithOptions({ summary: `Record the outcome: ${outcome}` }, [
      { run: state.run ?? begun.run, outcome, ...(reason === undefined ? {} : { reason }) },
    ]),
  );
  state.result = end.result;
  enter(state, 'done', `Run ${state.run}: ${outcome}${reason === undefined ? '' : `. ${reason}`}`);
  return { outcome, run: state.run, ...(reason === undefined ? {} : { reason }) };
}

interface End {
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly result: OperateResult;
}

async function perform(state: Operation, temporalRunId: string, instances: readonly string[]): Promise<End> {
  const { cluster, operation } = state;
  const title = titleOf(operation, instances);
  enter(state, 'surveying', `Run ${state.run}: ${title}`);
  const plan = await looks.planOperation.executeWithOptions({ summary: 'See whether every node answers' }, [
    { run: numberOf(state), operation, instances },
  ]);
  if (plan.run !== state.run) upsertSearchAttributes([{ key: runKey, value: String(plan.run) }]);
  const { run } = plan;
  state.run = run;
  if (plan.refusal !== undefined) return endOf(outcomeOf(plan, new Map(), instances));
  enter(state, 'working', `Run ${run}: ${title}`);
  const ends = await operateInstances({
    cluster,
    run,
    temporalRunId,
    operation,
    ordinal: 1,
    instances: plan.instances,
    onWorking: (ids) => {
      state.working = ids;
      setCurrentDetails(`Run ${run}: ${title}\n\nAt work: ${ids.join(', ') || '-'}`);
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

function endEarly(state: Operation, asked: readonly string[], error: unknown): End {
  const outcome = isCancellation(error) ? 'cancelled' : 'failed';
  const problem = isCancellation(error)
    ? { code: 'RunEnded', message: [`run ${state.run} was cancelled by an operator`, ...unknownOf(state)].join('; ') }
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

const unknownOf = ({ unknown }: Operation): string[] =>
  unknown.size === 0 ? [] : [`remote-unknown: ${[...unknown].join(', ')}`];

function numberOf({ run }: Operation): number {
  if (run === undefined) throw new TypeError('The run has no number yet');
  return run;
}

function enter(state: Operation, phase: Phase, details: string): void {
  state.phase = phase;
  setCurrentDetails(details);
  upsertSearchAttributes([{ key: phaseKey, value: phase }]);
}

/** Only the request that has started the run waits for it; whoever else comes is told who holds the cluster. */
function answerRequests(state: Operation): void {
  const { operation, work } = state;
  const refuseOthers = (request: { readonly acceptBy?: number } | undefined): never => {
    checkInTime(request);
    if (state.refusal !== undefined) throw refuse(state.refusal.code, state.refusal.message);
    const { run, revision } = state;
    const details = { run, revision, operation };
    if (isEnding()) throw reply('RunEnding', `${namedRun(run)} is ending`, details);
    throw refuse('RunInProgress', `A ${operation} is at work (${namedRun(run)}); ask when it has ended.`, details);
  };
  const isEnding = (): boolean => work.consideredCancelled || state.phase === 'done';

  setHandler(
    operateUpdate,
    async () => {
      state.updates += 1;
      await CancellationScope.nonCancellable(() =>
        condition(() => state.result !== undefined || state.refusal !== undefined),
      );
      if (state.result !== undefined) return state.result;
      throw refuse(state.refusal?.code ?? 'RunEnded', state.refusal?.message ?? 'the run has ended');
    },
    {
      description: 'Waits for the end of this run. Sent by the gateway that has started it.',
      validator: (input) => {
        const request = checkOperate(input);
        if (state.request === undefined || request.request !== state.request) refuseOthers(request);
        checkInTime(request);
      },
    },
  );
  setHandler(deployUpdate, async () => refuseOthers(undefined), {
    description: `Refused: this run is a ${operation}.`,
    validator: (request) => refuseOthers(request),
  });
  setHandler(resolveUpdate, async (_request?: ResolveRequest) => '', {
    description: `Refused: a ${operation} never parks.`,
    validator: (_request?: ResolveRequest): void => {
      throw refuse('NothingParked', 'Nothing is parked: there is nothing to resolve.');
    },
  });
  setHandler(
    cancelUpdate,
    (_request?: CancelRequest) => {
      state.updates += 1;
      work.cancel();
      return `${namedRun(state.run)} is being cancelled`;
    },
    {
      description: 'Stop the run in order: what is at work on nodes is ended.',
      validator: (request?: CancelRequest) => void checkInTime(request),
    },
  );
  setHandler(statusQuery, () => statusOf(state), { description: 'Run, phase, and who is at work.' });
}

const statusOf = ({ run, revision, phase, working, updates }: Operation): ClusterStatus => ({
  run,
  revision,
  phase,
  parked: [],
  working,
  waiting: [],
  used: { updates, events: workflowInfo().historyLength },
});
