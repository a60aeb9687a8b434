import { CancellationScope, sleep } from '@temporalio/workflow';
import { inOwnLanguage } from '../domain/text/own-language.ts';
import { phrase } from '../domain/text/text.ts';
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
      { summary: inOwnLanguage(phrase('End what {target} left running', { target: left.target })) },
      [left],
    );
    return isKnown;
  });
