import { phrase } from '../../domain/text/text.ts';
import type { OnWait } from '../../ssh/connect/password-tries.ts';
import type { StepLog } from './step-log.ts';

/** Says once why nothing happens: a step or a look that waits on purpose would seem to hang. */
export function tellWait(log: StepLog, address: string): OnWait {
  let isTold = false;
  return (ms) => {
    if (isTold) return;
    isTold = true;
    const seconds = Math.ceil(ms / 1000);
    log.write(
      'warn',
      phrase(
        '{address} has refused two passwords: waiting {seconds} s before the next one, so that the account is not locked',
        { address, seconds },
      ),
    );
  };
}
