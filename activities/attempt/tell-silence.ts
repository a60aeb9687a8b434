import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { isSilence } from '../../domain/errors.ts';
import { SILENCE_SIGNAL } from '../../domain/run/silence.ts';
import type { StepActivity } from './step-activity.ts';

/** A workflow does not see its activity's attempts: it is told that the node is silent, so that no other target waits for it. */
export const tellingSilence =
  (step: StepActivity): StepActivity =>
  async (input) => {
    try {
      return await step(input);
    } catch (error) {
      if (isOfSilence(error)) await tell(Context.current()).catch(() => undefined);
      throw error;
    }
  };

const isOfSilence = (error: unknown): boolean =>
  error instanceof ApplicationFailure && error.nonRetryable !== true && isSilence(error.type);

/** Less and less often: a node may be silent for long, and the history is limited. */
async function tell({ info, client }: Context): Promise<void> {
  const isPowerOfTwo = (info.attempt & (info.attempt - 1)) === 0;
  const { workflowId, runId } = info.workflowExecution ?? {};
  if (isPowerOfTwo && workflowId !== undefined)
    await client.workflow.getHandle(workflowId, runId).signal(SILENCE_SIGNAL);
}
