import { CancellationScope } from '@temporalio/workflow';
import type { ClusterState } from '../deploy/cluster-state.ts';

/**
 * Keeps what is parked from trying again while it is being stopped, and afterwards what `stop` says it has stopped: that waits for
 * a decision. What an earlier stop has stopped goes on waiting whatever becomes of this one.
 */
export async function whileHeld<Result extends { readonly stopped: readonly string[] }>(
  state: ClusterState,
  parked: readonly string[],
  stop: () => Promise<Result>,
): Promise<Result> {
  const before = parked.filter((id) => state.staysHeld(id));
  let stopped: readonly string[] = before;
  await state.hold(parked, true);
  try {
    await state.untilHeld(parked);
    const result = await stop();
    stopped = [...before, ...result.stopped];
    return result;
  } finally {
    const released = parked.filter((id) => !stopped.includes(id));
    state.keepHeld(parked.filter((id) => stopped.includes(id)));
    if (!CancellationScope.current().consideredCancelled) await state.hold(released, false);
  }
}
