import { CancellationScope, sleep } from '@temporalio/workflow';
import { looks } from './proxies.ts';

interface LeftRunning {
  readonly run: number;
  /** Address (preparing) or instance id. */
  readonly target: string;
  readonly address: string;
  /** Its child was terminated: the activity hears of that with its next heartbeat, and starts nothing after it. */
  readonly isWatched: boolean;
}

/** Nothing of a target is left at work on its node; false = that is not known. Also when the run is cancelled. */
export const endCommands = ({ isWatched, ...left }: LeftRunning): Promise<boolean> =>
  CancellationScope.nonCancellable(async () => {
    if (isWatched) await sleep('3 seconds');
    const { isKnown } = await looks.endCommands.executeWithOptions(
      { summary: `End what ${left.target} left running` },
      [left],
    );
    return isKnown;
  });
