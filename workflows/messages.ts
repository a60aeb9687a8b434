import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { InstanceOperation } from '../domain/plan/operation.ts';
import type { InstanceChange, Operation } from '../domain/plan/plan.ts';
import type { DecisionAction } from '../domain/run/decision.ts';
import type { DeployRepeat } from '../domain/run/deploy-repeat.ts';
import type { FromChild } from './handle-signal.ts';
import { SILENCE_SIGNAL } from '../domain/run/silence.ts';
import type { StepName } from '../domain/steps.ts';
import type { Text } from '../domain/text/text.ts';

export const TASK_QUEUE = 'deployment-engine';
/**
 * Where the workers of a cluster take their tasks: engines of several clusters may share a namespace. The default name keeps the
 * queue that it had when there was one.
 */
export const taskQueueOf = (cluster: string): string => (cluster === 'cf' ? TASK_QUEUE : `${TASK_QUEUE}/${cluster}`);

export const nodeWorkflowId = (cluster: string, run: number, address: string): string =>
  `cluster/${cluster}/${run}/node/${address}`;
export const instanceWorkflowId = (cluster: string, run: number, id: string): string =>
  `cluster/${cluster}/${run}/instance/${id}`;
/** `ordinal`: counts the operations of a run from 1. */
export const operationWorkflowId = (
  cluster: string,
  { run, operation, id, ordinal }: { run: number; operation: InstanceOperation; id: string; ordinal: number },
): string => `cluster/${cluster}/${run}/${operation}/${id}${ordinal === 1 ? '' : `#${ordinal}`}`;
export const inspectWorkflowId = (cluster: string, inspection: string): string => `inspect/${cluster}/${inspection}`;
export const watchWorkflowId = (cluster: string): string => `watch/${cluster}`;

/** What the root workflow is started with; everything else it learns from the store. */
export interface ClusterInput {
  readonly cluster: string;
  readonly operation: Operation;
  /**
   * Milliseconds after its start within which it must have begun: whoever asked for it has been refused by then. Default: it
   * may begin whenever a worker comes, as one started in the Web UI.
   */
  readonly beginWithin?: number;
  /** The same by the server's clock, in milliseconds since the epoch: a start may reach a busy server late. Default: as that. */
  readonly beginBy?: number;
  /** As of a `DeployRequest`. */
  readonly confirm?: string;
  /** The parked run that it takes over from. */
  readonly supersedes?: number;
}

/** Decides repeat, retry or refusal in one place, so that two gateways cannot disagree. */
export interface DeployRequest {
  /** The newest revision as the gateway saw it. */
  readonly revision: number;
  /** sha256 of the release that the engine deploys now. Default: that of the run. */
  readonly release?: string;
  /** Hash of the plan that an operator has agreed to. */
  readonly confirm?: string;
  /** Milliseconds since the epoch after which the caller has given up, so that it must be refused. Default: never. */
  readonly acceptBy?: number;
  /** Milliseconds since the epoch by which it must be answered. Default: ten seconds after it came. */
  readonly answerBy?: number;
}

/** An answer by rejection: it costs the run neither an update nor history. */
export type Reply =
  /** The run is at work on this revision; its details are a `DeployAccepted`. */
  | 'Repeated'
  /** The run is about to end: ask again, for the next one. */
  | 'RunEnding'
  /** It came later than its sender waits; its details are `{now}`, the time of the Temporal server. */
  | 'TooLate';

/** Restarts or stops instances: in a run of its own, or inside a deploy that is parked. */
export interface OperateRequest {
  readonly operation: InstanceOperation;
  /** Ids: `nats/0`. */
  readonly instances: readonly string[];
  /** The request that has started the run itself; another one is refused while that works. */
  readonly request?: string;
  /** Who asks, for people who look at it in the Web UI. */
  readonly by?: string;
  /** As of a `DeployRequest`. */
  readonly acceptBy?: number;
}

interface NotDone {
  readonly state: 'absent' | 'failed' | 'left';
  readonly reason: Text;
  /** Why it failed. */
  readonly code?: string;
}

export interface OperateResult {
  readonly run: number;
  /** Why the operation as a whole has not succeeded. Default: it has. */
  readonly problem?: { readonly code: string; readonly message: Text };
  /** By id, of those it was not done to: why. `absent` = not installed, `left` = not begun. */
  readonly notDone: Readonly<Record<string, NotDone>>;
  /** Ids of those it was not done to because of the `problem` of the whole. Default: none. */
  readonly undone?: readonly string[];
  /** Further notes, by id. */
  readonly notes: Readonly<Record<string, Text>>;
}

/** What a run that restarts or stops is started with. */
export type OperationInput = Pick<ClusterInput, 'cluster' | 'beginBy' | 'beginWithin'> &
  Pick<OperateRequest, 'instances' | 'request' | 'by'>;

export interface DeployAccepted {
  readonly run: number;
  readonly revision: number;
  /** What became of a request that met a run which had begun before. Default: the run has begun for it. */
  readonly repeat?: DeployRepeat;
}

export interface ResolveRequest {
  readonly action: DecisionAction;
  /** Addresses or instance ids; default: everything parked. */
  readonly targets?: readonly string[];
  /** The park's counter as the operator saw it; a decision about an older park is ignored. */
  readonly park?: number;
  readonly reason?: string;
  /** As of a `DeployRequest`. */
  readonly acceptBy?: number;
}

/** Orderly stop. */
export interface CancelRequest {
  /** As of a `DeployRequest`. */
  readonly acceptBy?: number;
}

/** A child that waits for an operator. */
export interface ParkedStep {
  /** Address (preparing) or instance id (updating). */
  readonly target: string;
  readonly step: StepName;
  readonly round: number;
  /** Counts the parks of this child from 1. */
  readonly park: number;
  readonly code: string;
  readonly message: Text;
}

export interface Looked {
  readonly address: string;
  readonly changes: readonly { readonly id: string; readonly change: InstanceChange }[];
}

export interface ClusterStatus {
  readonly run: number | undefined;
  readonly revision: number | undefined;
  readonly phase: Phase;
  readonly parked: readonly ParkedStep[];
  /** Targets whose child runs and is not parked. */
  readonly working: readonly string[];
  /** Instances that wait, and for what. */
  readonly waiting: readonly { readonly target: string; readonly for: readonly string[] }[];
  /** How much of Temporal's limits for one execution is used: 2,000 updates, 51,200 events. */
  readonly used: { readonly updates: number; readonly events: number };
}

export interface SlotTerms {
  /** Whether it may try again by itself when it parks once more; default true. */
  readonly mayRetry?: boolean;
}

export const PHASES = ['starting', 'surveying', 'working', 'parked', 'verifying', 'done', 'refused'] as const;

export type Phase = (typeof PHASES)[number];

// Updates rather than signals: the caller learns at once whether it was understood.
export const deployUpdate = defineUpdate<DeployAccepted, [DeployRequest]>('deploy');
export const resolveUpdate = defineUpdate<string, [ResolveRequest?]>('resolve');
export const operateUpdate = defineUpdate<OperateResult, [OperateRequest]>('operate');
export const cancelUpdate = defineUpdate<string, [CancelRequest?]>('cancel');
export const statusQuery = defineQuery<ClusterStatus>('status');

export const parkedSignal = defineSignal<FromChild<ParkedStep>>('parked');
export const unparkedSignal = defineSignal<FromChild<string>>('unparked');
/** An activity reports that its node does not answer; the root decides what that means for others. */
export const silenceSignal = defineSignal(SILENCE_SIGNAL);
export const silentSignal = defineSignal<FromChild<{ readonly target: string; readonly isSilent: boolean }>>('silent');
/** A child waits for what another builds and gives its place back until then. */
export const waitingSignal = defineSignal<FromChild<{ readonly target: string; readonly builder: string }>>('waiting');
/** A node that the survey could not read was looked at; instances that stay untouched are not named. */
export const lookedSignal = defineSignal<FromChild<Looked>>('looked');
/** The root gives a target that left its park its place back. */
export const slotSignal = defineSignal<[SlotTerms?]>('slot');
/** An operator stops it inside the parked run: until this is taken back only a decision has its parked step tried again. */
export const holdSignal = defineSignal<[boolean]>('hold');
/** Its child tries nothing any more until somebody decides. */
export const heldSignal = defineSignal<FromChild<string>>('held');
export const resolveSignal = defineSignal<[ResolveRequest]>('resolveFromRoot');

export const clusterIdKey = defineSearchAttributeKey('ClusterId', SearchAttributeType.KEYWORD);
export const operationKey = defineSearchAttributeKey('Operation', SearchAttributeType.KEYWORD);
export const phaseKey = defineSearchAttributeKey('Phase', SearchAttributeType.KEYWORD);
export const runKey = defineSearchAttributeKey('Run', SearchAttributeType.KEYWORD);
export const nodesTotalKey = defineSearchAttributeKey('NodesTotal', SearchAttributeType.INT);
export const parkedKey = defineSearchAttributeKey('Parked', SearchAttributeType.INT);
