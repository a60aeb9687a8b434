import { firstOf } from '../../domain/first-of.ts';
import type { DeployAccepted, DeployRepeat } from '../../workflows/messages.ts';

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
  readonly note?: string;
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

function noteOf({ run, revision, repeat }: Required<DeployAccepted>, retryAt: string | undefined): string {
  const parked = firstOf(repeat.parked, 5);
  switch (repeat.state) {
    case 'working':
      return `Run ${run} has already begun with revision ${revision}; nothing else was started.`;
    case 'retrying':
      return `Run ${run} is parked; it now tries again: ${parked}.`;
    case 'parked':
      return retryAt === undefined
        ? `Run ${run} is parked (${parked}) and too long already for further repeats; decide with POST /deployment-engine/runs/${run}/resolve.`
        : `Run ${run} is parked (${parked}); a repeat has it try again from ${retryAt}, POST /deployment-engine/runs/${run}/resolve at once.`;
  }
}
