import { type CancellationScope, condition, isCancellation, setHandler, workflowInfo } from '@temporalio/workflow';
import type { OperationPlan } from '../../activities/index.ts';
import type { InstanceOperation } from '../../domain/plan/operation.ts';
import { EVENTS_FOR_ALL, UPDATES_FOR_ALL } from '../../domain/run/execution-limits.ts';
import { stepsOf } from '../../domain/steps.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { causeOf } from '../child-end.ts';
import type { ClusterState } from '../deploy/cluster-state.ts';
import { type OperateRequest, type OperateResult, operateUpdate, type ParkedStep } from '../messages.ts';
import { namedRun } from '../named-run.ts';
import { engine, looks } from '../proxies.ts';
import { checkInTime, refuse, reply } from '../refuse.ts';
import type { OperationEnd } from './operate-instance.ts';
import { operateInstances } from './operate-instances.ts';
import { outcomeOf, titleOf } from './operation-outcome.ts';
import { checkOperate } from './operation-request.ts';

interface ParkedRun {
  readonly cluster: string;
  readonly state: ClusterState;
  /** The scope of the run's work; cancelled, what is at work here ends too. */
  readonly work: CancellationScope;
  readonly isEnding: () => boolean;
  readonly refusal: () => { readonly code: string; readonly message: Text } | undefined;
}

/** Restarts and stops instances inside a parked deploy, so that a restart can cure what has parked. */
export function answerOperations({ cluster, state, work, isEnding, refusal }: ParkedRun): void {
  let ordinal = 0;

  const validator = (input: OperateRequest): void => {
    checkInTime(checkOperate(input));
    const refused = refusal();
    if (refused !== undefined) throw refuse(refused.code, refused.message);
    const { run, revision } = state;
    const details = { run, revision, operation: 'deploy' };
    if (isEnding() || state.phase === 'verifying')
      throw reply('RunEnding', phrase('{run} is ending', { run: namedRun(run) }), details);
    if (state.used.counts.updates >= UPDATES_FOR_ALL || workflowInfo().historyLength >= EVENTS_FOR_ALL)
      throw refuse(
        'RunInProgress',
        phrase('Run {run} is parked and takes decisions only: resolve what is parked, or cancel it.', {
          run: run ?? 0,
        }),
        details,
      );
    if (state.phase !== 'parked')
      throw refuse(
        'RunInProgress',
        phrase('A {operation} is at work ({run}); ask when it has ended.', { operation: 'deploy', run: namedRun(run) }),
        details,
      );
  };

  const handler = async (request: OperateRequest): Promise<OperateResult> => {
    state.used.countUpdate(state.run);
    ordinal += 1;
    state.operate([]);
    try {
      return await work.run(() => perform({ cluster, state, request, ordinal }));
    } catch (error) {
      if (isCancellation(error))
        throw refuse('RunEnded', phrase('{run} was cancelled by an operator', { run: namedRun(state.run) }));
      const { code, message } = causeOf(error);
      throw refuse(code, message);
    } finally {
      state.operate(undefined);
    }
  };

  setHandler(operateUpdate, handler, {
    description:
      'While the run is parked: restart or stop instances. Input: {"operation":"restart","instances":["nats/0"]}.',
    validator,
  });
}

interface Inside {
  readonly cluster: string;
  readonly state: ClusterState;
  readonly request: OperateRequest;
  readonly ordinal: number;
}

async function perform(inside: Inside): Promise<OperateResult> {
  const { state, request, ordinal } = inside;
  const { operation, instances } = request;
  const run = state.run ?? 0;
  const plan = await looks.planOperation.executeWithOptions(
    { summary: inOwnLanguage('See whether every node answers'), activityId: `planOperation#${ordinal}` },
    [{ run, operation, instances, inside: ordinal }],
  );
  const parked = new Map(state.parked.map((step) => [step.target, step]));
  const { result } =
    plan.refusal === undefined ? await operate(inside, plan, parked) : outcomeOf(plan, new Map(), instances);
  const operated = titleOf(operation, instances);
  await engine.noteOperation.executeWithOptions({ summary: inOwnLanguage('Say how it ended') }, [
    {
      run,
      line:
        result.problem === undefined
          ? phrase('{operation}: done', { operation: operated })
          : phrase('{operation}: failed: {why}', { operation: operated, why: result.problem.message }),
      id: `operation/${ordinal}/${workflowInfo().runId}`,
      level: result.problem === undefined ? 'info' : 'warn',
    },
  ]);
  return result;
}

async function operate(
  { cluster, state, request, ordinal }: Inside,
  plan: OperationPlan,
  parked: ReadonlyMap<string, ParkedStep>,
) {
  const { operation } = request;
  const isUnready = (id: string): boolean => operation === 'restart' && isBeforeStart(parked.get(id));
  const unready = plan.instances.filter(({ id }) => isUnready(id)).map(({ id }) => id);
  const ends = await operateInstances({
    cluster,
    run: state.run ?? 0,
    temporalRunId: state.temporalRunId ?? workflowInfo().runId,
    operation,
    ordinal,
    instances: plan.instances.filter(({ id }) => !isUnready(id)),
    onWorking: (ids) => state.operate(ids),
    onUnknown: (address) => void state.unknown.add(address),
  });
  const notes: Record<string, Text> = {};
  for (const [id, end] of ends) {
    const step = parked.get(id)?.step;
    if (step === undefined || (end.state !== 'changed' && end.state !== 'unchanged')) continue;
    notes[id] = noteOn(operation, step);
    if (operation === 'restart' && state.isParked(id))
      await state.resolve({ action: 'retry', targets: [id], reason: 'it was restarted' });
  }
  for (const [id, end] of await Promise.all(unready.map(async (each) => [each, await goOn(state, each)] as const)))
    ends.set(id, end);
  return outcomeOf(plan, ends, request.instances, notes);
}

const ORDER = stepsOf('update');

/** Its files, or what it needs besides them, are not complete yet. */
const isBeforeStart = (parked: ParkedStep | undefined): boolean =>
  parked !== undefined && ORDER.indexOf(parked.step) < ORDER.indexOf('start');

const noteOn = (operation: InstanceOperation, step: string): Text =>
  operation === 'restart'
    ? phrase('its parked step {step} is tried again', { step })
    : phrase('stays parked at {step}: retry starts it again, abort leaves it stopped', { step });

/** Only the deploy can help what cannot be started yet: its parked step is retried. */
async function goOn(state: ClusterState, id: string): Promise<OperationEnd> {
  if (state.isParked(id)) await state.resolve({ action: 'retry', targets: [id], reason: 'a restart was asked for' });
  await condition(() => !state.isParked(id));
  await condition(() => state.isParked(id) || !state.isAtWork(id));
  const parked = state.parked.find(({ target }) => target === id);
  if (parked === undefined) return { state: 'changed' };
  return {
    state: 'failed',
    code: parked.code,
    reason: phrase('parked at {step} again: {why}', { step: parked.step, why: parked.message }),
  };
}
