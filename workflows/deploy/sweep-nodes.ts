import { workflowInfo } from '@temporalio/workflow';
import type { PlannedSweep } from '../../domain/plan/plan.ts';
import { isGivenBack, stepOfSweep } from '../../domain/plan/sweeps.ts';
import { EVENTS_FOR_ALL } from '../../domain/run/execution-limits.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import { phrase } from '../../domain/text/text.ts';
import { allOver } from '../all-over.ts';
import { isPatched } from '../patches.ts';
import { steps } from '../proxies.ts';
import type { TargetInput } from '../target/target-end.ts';
import { Slots } from '../workflow-slots.ts';
import type { ClusterState } from './cluster-state.ts';

interface Sweeping {
  readonly origin: Omit<TargetInput, 'target' | 'address'>;
  readonly state: ClusterState;
  readonly sweeps: readonly PlannedSweep[];
  /** How many work at once. */
  readonly maxInFlight: number;
}

/**
 * Deletes what nothing uses any more, and gives back nodes that nobody needs. Where that fails, the log says so and the next deploy
 * tries again.
 */
export async function sweepNodes({ origin, state, sweeps, maxInFlight }: Sweeping): Promise<void> {
  const { run, temporalRunId } = origin;
  const slots = new Slots(maxInFlight);
  await allOver(
    sweeps.map((planned) => {
      const { address, what } = planned;
      const step = stepOfSweep(planned);
      return state.work({ target: address, address }, slots, async () => {
        // What is left of the history is kept for decisions, and the next deploy sweeps as well.
        if (workflowInfo().historyLength >= EVENTS_FOR_ALL && isPatched('a long history sweeps no more'))
          return { state: 'done', skipped: [], hasChanged: false };
        const summary = isGivenBack(planned)
          ? phrase('Give {address} back: {what}', { address, what })
          : phrase('Sweep {address}: {what}', { address, what });
        const { state: end } = await steps[step].executeWithOptions(
          { activityId: `${step} ${address}`, summary: inOwnLanguage(summary) },
          [{ run, temporalRunId, target: address, address, step, round: 1 }],
        );
        return { state: 'done', skipped: [], hasChanged: isGivenBack(planned) && end === 'changed' };
      });
    }),
  );
}
