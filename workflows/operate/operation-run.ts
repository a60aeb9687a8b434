import { type CancellationScope, setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { InstanceOperation } from '../../domain/plan/operation.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import type { Text } from '../../domain/text/text.ts';
import { type ClusterStatus, type OperateResult, type Phase, phaseKey } from '../messages.ts';

/** What is known of the run so far. */
export interface OperationRun {
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
  /** Nodes where a command may still run although it should have ended. */
  readonly unknown: Set<string>;
  updates: number;
  refusal: { readonly code: string; readonly message: Text } | undefined;
  result: OperateResult | undefined;
}

export function enter(state: OperationRun, phase: Phase, details: Text): void {
  state.phase = phase;
  setCurrentDetails(inOwnLanguage(details));
  upsertSearchAttributes([{ key: phaseKey, value: phase }]);
}

export const statusOf = ({ run, revision, phase, working, updates }: OperationRun): ClusterStatus => ({
  run,
  revision,
  phase,
  parked: [],
  working,
  waiting: [],
  used: { updates, events: workflowInfo().historyLength },
});
