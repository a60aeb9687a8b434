import {
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { type InstanceOperation, operationOn } from '../../domain/plan/operation.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
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

export const isDone = (end: OperationEnd | undefined): boolean =>
  end?.state === 'changed' || end?.state === 'unchanged';

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
    () =>
      setCurrentDetails(
        inOwnLanguage(
          phrase('**{target}**: {address} does not answer; it is asked again for a few seconds', { target, address }),
        ),
      ),
    { description: 'The node does not answer.' },
  );
  try {
    const result = await steps[operation].executeWithOptions(
      { activityId: operation, summary: inOwnLanguage(operationOn(operation, target, address)) },
      [{ ...input, step: operation }],
    );
    const what = result.state === 'changed' ? 'done' : 'nothing to do';
    setCurrentDetails(inOwnLanguage(phrase(`**{target}** on {address}: ${what}`, { target, address })));
    return { state: result.state === 'changed' ? 'changed' : 'unchanged' };
  } catch (error) {
    if (isCancellation(error) || CancellationScope.current().consideredCancelled) throw error;
    const { code, message } = causeOf(error);
    setCurrentDetails(
      inOwnLanguage(phrase('**{target}** on {address}: `{code}` {why}', { target, address, code, why: message })),
    );
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
