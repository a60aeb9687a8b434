import { type CancellationScope, isCancellation, setHandler, workflowInfo } from '@temporalio/workflow';
import { EVENTS_FOR_ALL, UPDATES_FOR_ALL } from '../../domain/run/execution-limits.ts';
import { phrase } from '../../domain/text/text.ts';
import { causeOf } from '../child-end.ts';
import type { ClusterState } from '../deploy/cluster-state.ts';
import { type OperateRequest, type OperateResult, operateUpdate } from '../messages.ts';
import { namedRun } from '../named-run.ts';
import { checkInTime, refuse, reply } from '../refuse.ts';
import { operateInside } from './operate-inside.ts';
import { checkOperate } from './operation-request.ts';

interface ParkedRun {
  readonly cluster: string;
  readonly state: ClusterState;
  /** The scope of the run's work; cancelled, what is at work here ends too. */
  readonly work: CancellationScope;
  readonly isEnding: () => boolean;
  readonly isRefused: () => boolean;
}

/** Restarts and stops instances inside a parked deploy, so that a restart can cure what has parked. */
export function answerOperations({ cluster, state, work, isEnding, isRefused }: ParkedRun): void {
  let ordinal = 0;

  const validator = (input: OperateRequest): void => {
    checkInTime(checkOperate(input));
    const { run, revision } = state;
    const details = { run, revision, operation: 'deploy' };
    // A refusal is its own request's alone: this one begins when that run is over.
    if (isEnding() || isRefused() || state.phase === 'verifying')
      throw reply('RunEnding', phrase('{run} is ending', { run: namedRun(run) }), details);
    if (state.used.counts.updates >= UPDATES_FOR_ALL || workflowInfo().historyLength >= EVENTS_FOR_ALL)
      throw refuse(
        'RunInProgress',
        phrase('Run {run} is parked and takes decisions only: resolve what is parked, or cancel it.', {
          run: run ?? 0,
        }),
        details,
      );
    if (state.phase !== 'parked')
      throw refuse(
        'RunInProgress',
        phrase('A {operation} is at work ({run}); ask when it has ended.', { operation: 'deploy', run: namedRun(run) }),
        details,
      );
  };

  const handler = async (request: OperateRequest): Promise<OperateResult> => {
    state.used.countUpdate(state.run);
    ordinal += 1;
    state.operate([], request.instances);
    try {
      return await work.run(() => operateInside({ cluster, state, request, ordinal }));
    } catch (error) {
      if (isCancellation(error))
        throw refuse('RunEnded', phrase('{run} was cancelled by an operator', { run: namedRun(state.run) }));
      const { code, message } = causeOf(error);
      throw refuse(code, message);
    } finally {
      state.operate(undefined);
    }
  };

  setHandler(operateUpdate, handler, {
    description:
      'While the run is parked: restart or stop instances. Input: {"operation":"restart","instances":["nats/0"]}.',
    validator,
  });
}
