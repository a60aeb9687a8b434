import { condition, workflowInfo } from '@temporalio/workflow';
import type { OperationPlan } from '../../activities/index.ts';
import type { InstanceOperation } from '../../domain/plan/operation.ts';
import { type StepName, stepsOf } from '../../domain/steps.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import type { ClusterState } from '../deploy/cluster-state.ts';
import type { OperateRequest, OperateResult, ParkedStep } from '../messages.ts';
import { isPatched } from '../patches.ts';
import { engine, looks } from '../proxies.ts';
import { isDone, type OperationEnd } from './operate-instance.ts';
import { operateInstances } from './operate-instances.ts';
import { outcomeOf, titleOf } from './operation-outcome.ts';
import { whileHeld } from './while-held.ts';

interface Inside {
  readonly cluster: string;
  readonly state: ClusterState;
  readonly request: OperateRequest;
  readonly ordinal: number;
}

/** Plans the operation, carries it out, and says in the run's log how it ended. */
export async function operateInside(inside: Inside): Promise<OperateResult> {
  const { state, request, ordinal } = inside;
  const { operation, instances } = request;
  const run = state.run ?? 0;
  const parked = operation === 'stop' ? instances.filter((id) => state.isParked(id)) : [];
  const isHolding = parked.length > 0 && isPatched('a stop calls off a retry');
  const result = isHolding
    ? await whileHeld(state, parked, () => planAndOperate(inside, new Set(parked)))
    : await planAndOperate(inside);
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

/** `held`: those that try nothing any more meanwhile. */
async function planAndOperate(inside: Inside, held?: ReadonlySet<string>): Promise<OperateResult> {
  const { state, request, ordinal } = inside;
  const { operation, instances } = request;
  const run = state.run ?? 0;
  const plan = await looks.planOperation.executeWithOptions(
    { summary: inOwnLanguage('See whether every node answers'), activityId: `planOperation#${ordinal}` },
    [{ run, operation, instances, inside: ordinal }],
  );
  const parked = new Map(state.parked.map((step) => [step.target, step]));
  if (plan.refusal !== undefined) return outcomeOf(plan, new Map(), instances).result;
  // What a retry has begun is at work without it.
  const begun = plan.instances.filter(({ id }) => held?.has(id));
  if (begun.length > 0) await Promise.all(begun.map(({ id, address }) => state.endCommands({ target: id, address })));
  const { result } = await operate(inside, spared(plan, operation, parked), { parked, isHeld: held !== undefined });
  return result;
}

/** A restart would take up what goes on being removed: the decision about its parked step removes it. */
function spared(
  plan: OperationPlan,
  operation: InstanceOperation,
  parked: ReadonlyMap<string, ParkedStep>,
): OperationPlan {
  const leaving = plan.instances.flatMap(({ id }) => {
    const step = parked.get(id)?.step;
    return operation === 'restart' && step !== undefined && isOfRemoval(step) ? [{ id, step }] : [];
  });
  if (leaving.length === 0 || !isPatched('a restart spares what is being removed')) return plan;
  const left = leaving.map(({ id, step }) => [
    id,
    phrase('not restarted: it is being removed and parked at {step}', { step }),
  ]);
  return {
    ...plan,
    instances: plan.instances.filter(({ id }) => leaving.every((each) => each.id !== id)),
    left: { ...plan.left, ...Object.fromEntries(left) },
  };
}

async function operate(
  { cluster, state, request, ordinal }: Inside,
  plan: OperationPlan,
  { parked, isHeld }: { readonly parked: ReadonlyMap<string, ParkedStep>; readonly isHeld: boolean },
) {
  const { operation } = request;
  const isUnready = (id: string): boolean => operation === 'restart' && isBeforeStart(parked.get(id));
  const unready = plan.instances.filter(({ id }) => isUnready(id)).map(({ id }) => id);
  const isInTurn = unready.length > 0 && isPatched('a restart waits for what is not started yet');
  const held = operation === 'stop' && !isHeld ? plan.instances.map(({ id }) => id).filter((id) => parked.has(id)) : [];
  const isHolding = held.length > 0 && isPatched('a stopped instance waits for a decision');
  if (isHolding) await state.hold(held, true);
  const ends = await operateInstances({
    cluster,
    run: state.run ?? 0,
    temporalRunId: state.temporalRunId ?? workflowInfo().runId,
    operation,
    ordinal,
    instances: isInTurn ? plan.instances : plan.instances.filter(({ id }) => !isUnready(id)),
    instead: (id) => (isUnready(id) ? goOn(state, id) : undefined),
    onWorking: (ids) => state.operate(ids),
    onUnknown: (address) => void state.unknown.add(address),
  });
  const unstopped = held.filter((id) => !isDone(ends.get(id)));
  if (isHolding && unstopped.length > 0) await state.hold(unstopped, false);
  const notes: Record<string, Text> = {};
  for (const [id, end] of ends) {
    if (isDone(end)) state.stopped[operation === 'stop' ? 'add' : 'delete'](id);
    const step = parked.get(id)?.step;
    if (step === undefined || !isDone(end) || isUnready(id)) continue;
    notes[id] = noteOn(operation, step);
    if (operation === 'restart' && state.isParked(id))
      await state.resolve({ action: 'retry', targets: [id], reason: 'it was restarted' });
  }
  if (!isInTurn)
    for (const [id, end] of await Promise.all(unready.map(async (each) => [each, await goOn(state, each)] as const)))
      ends.set(id, end);
  return outcomeOf(plan, ends, request.instances, notes);
}

const ORDER = stepsOf('update');

/** Its files, or what it needs besides them, are not complete yet. */
const isBeforeStart = (parked: ParkedStep | undefined): boolean =>
  parked !== undefined && ORDER.indexOf(parked.step) < ORDER.indexOf('start');

const isOfRemoval = (step: StepName): boolean => stepsOf('remove').includes(step);

function noteOn(operation: InstanceOperation, step: StepName): Text {
  if (operation === 'restart') return phrase('its parked step {step} is tried again', { step });
  return isOfRemoval(step)
    ? phrase('stays parked at {step}: retry removes it, abort leaves it stopped', { step })
    : phrase('stays parked at {step}: retry starts it again, abort leaves it stopped', { step });
}

/** Only the deploy can help what cannot be started yet: its parked step is retried. */
async function goOn(state: ClusterState, id: string): Promise<OperationEnd> {
  if (state.isParked(id)) await state.resolve({ action: 'retry', targets: [id], reason: 'a restart was asked for' });
  await condition(() => !state.isParked(id));
  await condition(() => state.isParked(id) || !state.isAtWork(id));
  const parked = state.parked.find(({ target }) => target === id);
  const givenUp = state.givenUp(id);
  if (givenUp !== undefined) return { state: 'failed', code: 'RunEnded', reason: givenUp };
  if (parked === undefined) return { state: 'changed' };
  return {
    state: 'failed',
    code: parked.code,
    reason: phrase('parked at {step} again: {why}', { step: parked.step, why: parked.message }),
  };
}
