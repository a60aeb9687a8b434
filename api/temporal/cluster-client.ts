import type { Question } from '../../domain/node/inspection.ts';
import type { LogWanted } from '../../domain/run/log.ts';
import type { Text } from '../../domain/text/text.ts';
import type {
  ClusterStatus,
  DeployAccepted,
  DeployRequest,
  OperateResult,
  ResolveRequest,
} from '../../workflows/messages.ts';
import type { AskedOperation } from './ask-operation.ts';

/** What a deploy request carries besides its revision. */
export type DeployWish = Pick<DeployRequest, 'release' | 'confirm'>;

/** What the gateway asks of Temporal; everything else it reads from the store. */
export interface ClusterClient {
  /**
   * Restarts or stops instances, in a run of its own or inside one that is parked; undefined when the time to wait is over before
   * it is done. Throws the error of a refusal. A refused request never acts later.
   */
  operate(asked: AskedOperation): Promise<OperateResult | undefined>;
  /**
   * Starts the deploy workflow or talks to the one that runs; it alone decides.
   * Throws the error of a refusal, or `NoWorker` when no worker takes it up within 5 s; answers by `answerBy`, milliseconds
   * since the epoch. A refused request never acts later.
   */
  deploy(revision: number, answerBy: number, wish?: DeployWish): Promise<DeployAccepted>;
  /** Has a worker look at nodes and leave what it finds in the store. Throws `NoWorker`, or why it cannot. */
  inspect(question: Question, inspection: string): Promise<void>;
  /** Has a worker copy an instance's own log into the store. Throws `NoWorker`, or why it cannot. */
  copyLog(wanted: LogWanted): Promise<void>;
  /** Throws `NothingParked` or `RunEnded`. */
  resolve(request: ResolveRequest): Promise<string>;
  /** Throws `RunEnded`. */
  cancel(): Promise<string>;
  /** From the running workflow; undefined when it does not answer. */
  status(): Promise<ClusterStatus | undefined>;
  /** What has become of the execution that began a run; undefined when Temporal does not answer. */
  stateOf(temporalRunId: string): Promise<ExecutionState | undefined>;
  /** Whether a running execution continues this one after a Reset; undefined when Temporal does not answer. */
  goesOn(temporalRunId: string): Promise<boolean | undefined>;
  /** Of the namespace, unique among all servers; undefined when Temporal does not answer. */
  namespaceId(): Promise<string | undefined>;
  /** Whether Temporal and a worker answer. */
  health(): Promise<ClusterHealth>;
  close(): Promise<void>;
}

/** `stopped`: by hand or by Temporal. `forgotten`: Temporal does not know it, or knows that it came to its end. */
export type ExecutionState = 'running' | 'stopped' | 'forgotten';

export interface ClusterHealth {
  readonly temporal: boolean;
  readonly worker: boolean;
  /** Why Temporal does not answer, or what is wrong with the workers. */
  readonly reason?: Text;
}
