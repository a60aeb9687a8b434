import { CancellationScope, sleep } from '@temporalio/workflow';
import { looks } from './proxies.ts';

interface LeftRunning {
  readonly run: number;
  /** Address (preparing) or instance id. */
  readonly target: string;
  readonly address: string;
  /** Its child was terminated: its activity learns that with the next heartbeat and then starts nothing more. */
  readonly isWatched: boolean;
}

/** Ends what a target has left running on its node; false = not known whether it ended. Not cancellable. */
export const endCommands = ({ isWatched, ...left }: LeftRunning): Promise<boolean> =>
  CancellationScope.nonCancellable(async () => {
    if (isWatched) await sleep('3 seconds');
    const { isKnown } = await looks.endCommands.executeWithOptions(
      { summary: `End what ${left.target} left running` },
      [left],
    );
    return isKnown;
  });
