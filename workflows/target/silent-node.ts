import { CancellationScope, setHandler } from '@temporalio/workflow';
import { silenceSignal, silentSignal } from '../messages.ts';
import { isPatched } from '../patches.ts';
import { tellRoot } from './tell-root.ts';

/**
 * Tells the root while the node does not answer, so that nobody waits for this target in vain. Nobody waits for one that is parked,
 * and the root takes 10,000 signals: a node may be tried again for weeks.
 */
export function createSilence(run: number, target: string, isParked: () => boolean) {
  let isTold = false;
  const tell = (isSilent: boolean): Promise<void> => {
    isTold = isSilent;
    return tellRoot(run, silentSignal, { target, isSilent });
  };
  // Thrown in a handler, a cancellation would fail the workflow.
  const tellOnce = async (): Promise<void> => {
    if (isTold || (isParked() && isPatched('who is parked says no more that it is silent'))) return;
    await CancellationScope.nonCancellable(() => tell(true)).catch(() => undefined);
  };
  setHandler(silenceSignal, tellOnce, {
    description: 'The node does not answer; the step is tried again.',
  });
  return { end: async (): Promise<void> => (isTold ? tell(false) : undefined) };
}
