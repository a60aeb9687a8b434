import { CancellationScope } from '@temporalio/workflow';
import type { ClusterState } from '../deploy/cluster-state.ts';

/**
 * Keeps what is parked from trying again while it is being stopped. What has been stopped then, or by an earlier stop whatever
 * becomes of this one, goes on waiting for a decision.
 */
export async function whileHeld<Result>(
  state: ClusterState,
  parked: readonly string[],
  stop: () => Promise<Result>,
): Promise<Result> {
  await state.hold(parked, true);
  try {
    await state.untilHeld(parked);
    return await stop();
  } finally {
    const released = parked.filter((id) => !state.stopped.has(id));
    if (!CancellationScope.current().consideredCancelled) await state.hold(released, false);
  }
}
