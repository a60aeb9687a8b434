import { firstNamed } from '../../domain/text/joined.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import type { DeployRepeat } from '../../domain/run/deploy-repeat.ts';
import type { DeployAccepted } from '../../workflows/messages.ts';

/** Body of `GET /deploy`; the keys after `log` only where the request began nothing. */
interface DeployAnswer {
  readonly run: number;
  readonly revision: number;
  readonly log: string;
  readonly state?: DeployRepeat['state'];
  /** Addresses and instance ids. */
  readonly parked?: readonly string[];
  /** ISO 8601, UTC: from when on a repeat has what is parked try again. */
  readonly retryAt?: string;
  readonly note?: Text;
}

/** `now`: milliseconds since the epoch. */
export function deployAnswer({ run, revision, repeat }: DeployAccepted, now: number): DeployAnswer {
  const begun = { run, revision, log: `/deployment-engine/log?run=${run}` };
  if (repeat === undefined) return begun;
  const { state, parked, retryInMs } = repeat;
  const retryAt = retryInMs === undefined ? undefined : new Date(now + retryInMs).toISOString();
  return {
    ...begun,
    state,
    ...(parked.length === 0 ? {} : { parked }),
    ...(retryAt === undefined ? {} : { retryAt }),
    note: noteOf({ run, revision, repeat }, retryAt),
  };
}

function noteOf({ run, revision, repeat }: Required<DeployAccepted>, retryAt: string | undefined): Text {
  const parked = firstNamed(repeat.parked, 5);
  switch (repeat.state) {
    case 'working':
      return phrase('Run {run} has already begun with revision {revision}; nothing else was started.', {
        run,
        revision,
      });
    case 'retrying':
      return phrase('Run {run} is parked; it now tries again: {parked}.', { run, parked });
    case 'parked':
      return retryAt === undefined
        ? phrase(
            'Run {run} is parked ({parked}) and too long already for further repeats; decide with POST /deployment-engine/runs/{run}/resolve.',
            { run, parked },
          )
        : phrase(
            'Run {run} is parked ({parked}); a repeat has it try again from {retryAt}, POST /deployment-engine/runs/{run}/resolve at once.',
            { run, parked, retryAt },
          );
  }
}
