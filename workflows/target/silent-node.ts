import { CancellationScope, setHandler } from '@temporalio/workflow';
import { silenceSignal, silentSignal } from '../messages.ts';
import { tellRoot } from './tell-root.ts';

/** Tells the root while the node does not answer, so that nobody waits for this target in vain. */
export function createSilence(run: number, target: string) {
  let isTold = false;
  const tell = (isSilent: boolean): Promise<void> => {
    isTold = isSilent;
    return tellRoot(run, silentSignal, { target, isSilent });
  };
  // Thrown in a handler, a cancellation would fail the workflow.
  const tellOnce = (): Promise<void> =>
    isTold ? Promise.resolve() : CancellationScope.nonCancellable(() => tell(true)).catch(() => undefined);
  setHandler(silenceSignal, tellOnce, {
    description: 'The node does not answer; the step is tried again.',
  });
  return { end: async (): Promise<void> => (isTold ? tell(false) : undefined) };
}
