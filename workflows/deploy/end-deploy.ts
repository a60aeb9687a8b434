import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { Outcome } from '../../domain/run/run.ts';
import { joined } from '../../domain/text/joined.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { causeOf } from '../child-end.ts';
import { engine } from '../proxies.ts';
import type { Answers } from './answer-requests.ts';
import type { ClusterState } from './cluster-state.ts';
import { recordSummary } from './headlines.ts';

export interface ClusterResult {
  readonly outcome: Outcome | 'refused';
  readonly run?: number;
  readonly reason?: Text;
}

/** Records the outcome, also of a run that is being cancelled. */
export async function finish(state: ClusterState, outcome: Outcome, reason: Text | undefined): Promise<ClusterResult> {
  const run = numberOf(state);
  const why = reason === undefined ? {} : { reason };
  await CancellationScope.nonCancellable(() =>
    engine.finishRun.executeWithOptions({ summary: recordSummary(outcome) }, [{ run, outcome, ...why }]),
  );
  return { outcome, run, ...why };
}

export async function endEarly(state: ClusterState, error: unknown, { superseding }: Answers): Promise<ClusterResult> {
  if (state.lost !== undefined) return finish(state, 'terminated', state.lost);
  // The next run records the end of this one when it begins, with its own number.
  if (superseding !== undefined && isCancellation(error)) return { outcome: 'superseded', run: numberOf(state) };
  const unknown =
    state.unknown.size === 0 ? [] : [phrase('remote-unknown: {addresses}', { addresses: [...state.unknown] })];
  return isCancellation(error)
    ? finish(state, 'cancelled', joined(['cancelled by an operator', ...unknown]))
    : finish(state, 'failed', causeOf(error).message);
}

export function numberOf({ run }: ClusterState): number {
  if (run === undefined) throw new TypeError('The run has no number yet');
  return run;
}

/** Closes the superseded run when the run that was to take over is refused. */
export async function closeSuperseded(run: number | undefined, why: Text): Promise<void> {
  if (run === undefined) return;
  const reason = phrase('the deploy that was to take over was refused: {why}', { why });
  await engine.finishRun.executeWithOptions({ summary: recordSummary('cancelled') }, [
    { run, outcome: 'cancelled', reason },
  ]);
}
