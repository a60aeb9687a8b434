import { CancellationScope, condition, executeChild } from '@temporalio/workflow';
import type { ComponentNeed } from '../../domain/components.ts';
import { componentOf } from '../../domain/instance.ts';
import { type InstanceOperation, operationOn } from '../../domain/plan/operation.ts';
import type { PlannedInstance } from '../../domain/plan/plan.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { allOver } from '../all-over.ts';
import { wasTerminated, whyGivenUp } from '../child-end.ts';
import { endCommands } from '../end-commands.ts';
import { clusterIdKey, operationKey, operationWorkflowId, phaseKey, runKey } from '../messages.ts';
import { isPatched } from '../patches.ts';
import { Slots } from '../workflow-slots.ts';
import { isDone, type OperatedInstance, type OperationEnd, restartInstance, stopInstance } from './operate-instance.ts';

type Operated = Pick<PlannedInstance, 'id' | 'address' | 'needs'>;

export interface InstancesOperation {
  readonly cluster: string;
  readonly run: number;
  readonly temporalRunId: string;
  readonly operation: InstanceOperation;
  /** Counts the operations of the run from 1. */
  readonly ordinal: number;
  readonly instances: readonly Operated[];
  /** What else brings one of them up; undefined = a child of its own does. */
  readonly instead?: (id: string) => Promise<OperationEnd> | undefined;
  /** Called with those at work whenever that changes. */
  onWorking(ids: readonly string[]): void;
  /** Called for each instance that is done. */
  onDone?(id: string): void;
  /** Called for a node where a command may still run although it should have ended. */
  onUnknown(address: string): void;
}

/** The one at work, and the next, which logs in and looks meanwhile; a lock on the node lets them act one at a time. */
const ON_A_NODE = 2;
/** Temporal refuses more than 2,000 open children of a workflow, and what asks for more of them with it. */
const AT_ONCE = 1_000;

/**
 * Each in its turn: after those that it waits for, one at a time on a node, and when restarting one at a time of a
 * component, so that the others go on serving.
 */
export async function operateInstances(all: InstancesOperation): Promise<Map<string, OperationEnd>> {
  const { operation, instances } = all;
  const ends = new Map<string, OperationEnd>();
  const byComponent = Map.groupBy(instances, ({ id }) => componentOf(id));
  const places = isPatched('the next on a node gets ready') ? ON_A_NODE : 1;
  const nodes = new Map(instances.map(({ address }) => [address, new Slots(places)]));
  const everywhere = isPatched('an operation has a thousand children at once') ? new Slots(AT_ONCE) : undefined;
  const rolls = new Map(operation === 'restart' ? [...byComponent.keys()].map((each) => [each, new Slots(1)]) : []);
  const working = new Set<string>();

  const hasBeenDone = ({ id }: Operated): boolean => isDone(ends.get(id));
  const isMet = ({ mode }: ComponentNeed, candidates: readonly Operated[]): boolean => {
    const concerned = mode === 'first' ? candidates.slice(0, 1) : candidates;
    return mode === 'any' ? concerned.some(hasBeenDone) : concerned.every(hasBeenDone);
  };

  /** A need that will not be met. */
  const lacking = async ({ needs }: Operated): Promise<string | undefined> => {
    for (const need of needs) {
      const candidates = byComponent.get(need.component) ?? [];
      if (candidates.length === 0 && isPatched('a restart waits for what is not started yet')) continue;
      await condition(() => isMet(need, candidates) || candidates.every(({ id }) => ends.has(id)));
      if (need.hard && !isMet(need, candidates)) return need.component;
    }
    return undefined;
  };

  const inTurn = async (instance: Operated): Promise<OperationEnd> => {
    const { id, address } = instance;
    const missing = await lacking(instance);
    if (missing !== undefined) return left(operation, phrase('needs {needed}', { needed: missing }));
    const component = componentOf(id);
    const roll = rolls.get(component);
    await roll?.acquire();
    try {
      const isBroken = byComponent.get(component)?.some((other) => ends.get(other.id)?.state === 'failed') === true;
      if (roll !== undefined && isBroken)
        return left(operation, phrase('another {component} failed before it', { component }));
      const onNode = () => inPlace(nodes.get(address) ?? new Slots(1), () => work(instance));
      const end = await (everywhere === undefined ? onNode() : inPlace(everywhere, onNode));
      // Known before the next one's turn.
      ends.set(id, end);
      if (isDone(end)) all.onDone?.(id);
      return end;
    } finally {
      roll?.release();
    }
  };

  const work = async (instance: Operated): Promise<OperationEnd> => {
    working.add(instance.id);
    all.onWorking([...working]);
    const isStarted = !CancellationScope.current().consideredCancelled;
    try {
      return await (all.instead?.(instance.id) ?? startChild(all, instance));
    } catch (error) {
      if (isStarted && isPatched('commands of an operation are ended')) {
        const left = { run: all.run, target: instance.id, address: instance.address };
        if (!(await endCommands({ ...left, isWatched: wasTerminated(error) }))) all.onUnknown(instance.address);
      }
      if (CancellationScope.current().consideredCancelled) throw error;
      return { state: 'failed', code: 'RunEnded', reason: whyGivenUp(error) };
    } finally {
      working.delete(instance.id);
      all.onWorking([...working]);
    }
  };

  await allOver(
    instances.map(async (instance) => {
      ends.set(instance.id, await inTurn(instance));
    }),
  );
  return ends;
}

async function inPlace<Result>(place: Slots, run: () => Promise<Result>): Promise<Result> {
  await place.acquire();
  try {
    return await run();
  } finally {
    place.release();
  }
}

const NOT_DONE = { restart: 'not restarted: {why}', stop: 'not stopped: {why}' } as const;

const left = (operation: InstanceOperation, why: Text): OperationEnd => ({
  state: 'left',
  reason: phrase(NOT_DONE[operation], { why }),
});

const CHILDREN = { restart: restartInstance, stop: stopInstance } as const;

function startChild(
  { cluster, run, temporalRunId, operation, ordinal }: InstancesOperation,
  { id, address }: Operated,
): Promise<OperationEnd> {
  const input: OperatedInstance = { run, temporalRunId, target: id, address, round: ordinal };
  return executeChild(CHILDREN[operation], {
    workflowId: operationWorkflowId(cluster, { run, operation, id, ordinal }),
    args: [input],
    staticSummary: inOwnLanguage(operationOn(operation, id, address)),
    typedSearchAttributes: [
      { key: clusterIdKey, value: cluster },
      { key: operationKey, value: operation },
      { key: phaseKey, value: 'working' },
      { key: runKey, value: String(run) },
    ],
  });
}
