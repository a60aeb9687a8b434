import { CancellationScope, setHandler } from '@temporalio/workflow';
import { inEnglish, phrase } from '../../domain/text/text.ts';
import { handleSignal } from '../handle-signal.ts';
import { type CancelRequest, cancelUpdate, type ResolveRequest, resolveSignal, resolveUpdate } from '../messages.ts';
import { namedRun } from '../named-run.ts';
import { checkInTime } from '../refuse.ts';
import { checkResolve, isDecision, RETRY_ALL } from '../resolve.ts';
import type { ClusterState } from './cluster-state.ts';

interface Parts {
  readonly state: ClusterState;
  /** The scope of the run's work; cancelled, the run ends in order. */
  readonly work: CancellationScope;
  readonly onCancel: () => void;
}

/** What people decide about a run: how parked steps go on, and that it ends. */
export function answerDecisions({ state, work, onCancel }: Parts): void {
  answerResolve(state);
  setHandler(
    cancelUpdate,
    () => {
      state.used.countUpdate(state.run);
      onCancel();
      work.cancel();
      return inEnglish(phrase('{run} is being cancelled', { run: namedRun(state.run) }));
    },
    {
      description: 'Stop the run in order: remote commands are ended, what is done stays.',
      validator: (input?: CancelRequest) => void checkInTime(input),
    },
  );
}

/** How parked steps go on. */
export function answerResolve(state: ClusterState): void {
  const resolve = (input?: ResolveRequest): Promise<string> => {
    state.used.countUpdate(state.run);
    return CancellationScope.nonCancellable(() => state.resolve(input ?? RETRY_ALL));
  };
  setHandler(resolveUpdate, resolve, {
    description:
      'Decide about parked steps. Input: {"action":"retry"|"skip"|"abort","targets":["nats/0"]}; no input retries all.',
    validator: (input?: ResolveRequest) => {
      checkInTime(input);
      checkResolve(input, state.parked);
    },
  });
  // For decisions when the execution takes no more updates.
  const decide = (request: ResolveRequest): Promise<void> =>
    CancellationScope.nonCancellable(() => state.resolve(request).then(() => undefined));
  handleSignal(resolveSignal, (input) => isDecision(input, state.parked), decide, {
    description: 'A decision about parked steps, sent by the gateway when the run takes no more updates.',
  });
}
