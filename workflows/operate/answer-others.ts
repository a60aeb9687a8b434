import { CancellationScope, condition, setHandler } from '@temporalio/workflow';
import { inEnglish, phrase } from '../../domain/text/text.ts';
import {
  type CancelRequest,
  cancelUpdate,
  deployUpdate,
  operateUpdate,
  type ResolveRequest,
  resolveUpdate,
  statusQuery,
} from '../messages.ts';
import { namedRun } from '../named-run.ts';
import { checkInTime, refuse, reply } from '../refuse.ts';
import { checkOperate } from './operation-request.ts';
import { type OperationRun, statusOf } from './operation-run.ts';

/** Only the request that started the run waits for it; the others are told that the cluster is busy. */
export function answerOthers(state: OperationRun): void {
  const { operation, work } = state;
  const refuseOthers = (request: { readonly acceptBy?: number } | undefined): never => {
    checkInTime(request);
    const { run, revision } = state;
    const details = { run, revision, operation };
    if (isEnding()) throw reply('RunEnding', phrase('{run} is ending', { run: namedRun(run) }), details);
    throw refuse(
      'RunInProgress',
      phrase('A {operation} is at work ({run}); ask when it has ended.', { operation, run: namedRun(run) }),
      details,
    );
  };
  // A refusal is its own request's alone: others begin when this run is over.
  const isEnding = (): boolean => work.consideredCancelled || state.phase === 'done' || state.refusal !== undefined;

  setHandler(
    operateUpdate,
    async () => {
      state.updates += 1;
      await CancellationScope.nonCancellable(() =>
        condition(() => state.result !== undefined || state.refusal !== undefined),
      );
      if (state.result !== undefined) return state.result;
      throw refuse(state.refusal?.code ?? 'RunEnded', state.refusal?.message ?? 'the run has ended');
    },
    {
      description: 'Waits for the end of this run. Sent by the gateway that has started it.',
      validator: (input) => {
        const request = checkOperate(input);
        if (state.request === undefined || request.request !== state.request) refuseOthers(request);
        checkInTime(request);
      },
    },
  );
  setHandler(deployUpdate, async () => refuseOthers(undefined), {
    description: `Refused: this run is a ${operation}.`,
    validator: (request) => refuseOthers(request),
  });
  setHandler(resolveUpdate, async (_request?: ResolveRequest) => '', {
    description: `Refused: a ${operation} never parks.`,
    validator: (_request?: ResolveRequest): void => {
      throw refuse('NothingParked', 'Nothing is parked: there is nothing to resolve.');
    },
  });
  setHandler(
    cancelUpdate,
    (_request?: CancelRequest) => {
      state.updates += 1;
      work.cancel();
      return inEnglish(phrase('{run} is being cancelled', { run: namedRun(state.run) }));
    },
    {
      description: 'Stop the run in order: what is at work on nodes is ended.',
      validator: (request?: CancelRequest) => void checkInTime(request),
    },
  );
  setHandler(statusQuery, () => statusOf(state), { description: 'Run, phase, and who is at work.' });
}
