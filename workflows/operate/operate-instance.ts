import {
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { type InstanceOperation, OPERATION_WORDS } from '../../domain/plan/operation.ts';
import { inEnglish, type Text } from '../../domain/text/text.ts';
import { causeOf } from '../child-end.ts';
import { silenceSignal } from '../messages.ts';
import { steps } from '../proxies.ts';

export interface OperatedInstance {
  readonly run: number;
  /** As of a `TargetInput`. */
  readonly temporalRunId: string;
  readonly target: string;
  readonly address: string;
  /** Counts the operations of the run from 1. */
  readonly round: number;
}

/** How it ended for one instance; `left` = not begun. */
export interface OperationEnd {
  readonly state: 'changed' | 'unchanged' | 'failed' | 'left';
  readonly code?: string;
  readonly reason?: Text;
}

/** Stops one instance and starts it again. */
export async function restartInstance(input: OperatedInstance): Promise<OperationEnd> {
  return operateInstance('restart', input);
}

/** Stops one instance until somebody starts it. */
export async function stopInstance(input: OperatedInstance): Promise<OperationEnd> {
  return operateInstance('stop', input);
}

/** One step, which never parks: the caller waits for the answer and can ask again. */
async function operateInstance(operation: InstanceOperation, input: OperatedInstance): Promise<OperationEnd> {
  refuseOrphan(operation);
  const { target, address } = input;
  setHandler(
    silenceSignal,
    () => setCurrentDetails(`**${target}**: ${address} does not answer; it is asked again for a few seconds`),
    { description: 'The node does not answer.' },
  );
  try {
    const result = await steps[operation].executeWithOptions(
      { activityId: operation, summary: `${OPERATION_WORDS[operation].label} ${target} on ${address}` },
      [{ ...input, step: operation }],
    );
    setCurrentDetails(`**${target}** on ${address}: ${result.state === 'changed' ? 'done' : 'nothing to do'}`);
    return { state: result.state === 'changed' ? 'changed' : 'unchanged' };
  } catch (error) {
    if (isCancellation(error) || CancellationScope.current().consideredCancelled) throw error;
    const { code, message } = causeOf(error);
    setCurrentDetails(`**${target}** on ${address}: \`${code}\` ${inEnglish(message)}`);
    return { state: 'failed', code, reason: message };
  }
}

/** Only a run may start it: a copy started in the Web UI would work beside the run. */
function refuseOrphan(operation: InstanceOperation): void {
  if (workflowInfo().parent !== undefined) return;
  throw ApplicationFailure.nonRetryable(
    `It is part of a run and cannot be started by itself: send PUT /deployment-engine/${operation}.`,
    'InvalidRequest',
  );
}
