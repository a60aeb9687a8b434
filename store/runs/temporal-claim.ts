import { setTimeout as sleep } from 'node:timers/promises';
import type { Claims } from './contract.ts';

/**
 * Held by the workers of one Temporal together, as the id of their namespace: the runs of the store are executions there, and
 * another Temporal knows nothing of them.
 */
const TEMPORAL_CLAIM = 'temporal';

/** Milliseconds that it lasts if it is not renewed. */
export const HELD_MS = 30_000;
/** Where a Temporal was lost, its last workers may still have held the claim. */
export const WAIT_MS = HELD_MS + 5_000;
const LOOK_MS = 250;

/** True if the claim is now that of `namespaceId`; false while workers of another one hold it. */
export const takeForTemporal = (claims: Pick<Claims, 'take'>, namespaceId: string): Promise<boolean> =>
  claims.take(TEMPORAL_CLAIM, namespaceId, HELD_MS);

type OwnId = () => Promise<string | undefined>;

/** Whether no workers of another Temporal hold the runs; undefined where ours does not tell its id. */
export const areOurs = async (claims: Pick<Claims, 'holder'>, own: OwnId): Promise<boolean | undefined> =>
  isOurs(await claims.holder(TEMPORAL_CLAIM), own);

/** The same of those who held them last: they may be away for a while, as for a backup. */
export const wereOurs = async (claims: Pick<Claims, 'last'>, own: OwnId): Promise<boolean | undefined> =>
  isOurs(await claims.last(TEMPORAL_CLAIM), own);

async function isOurs(holder: string | undefined, own: OwnId): Promise<boolean | undefined> {
  if (holder === undefined) return true;
  const id = await own();
  return id === undefined ? undefined : id === holder;
}

/** Gives the claim back, so that the next one need not wait for its end; who held it last stays known. */
export const releaseForTemporal = (claims: Pick<Claims, 'take'>, namespaceId: string): Promise<boolean> =>
  claims.take(TEMPORAL_CLAIM, namespaceId, 0);

/** Waits for what comes true within the time that a claim lasts; whether it did. */
export async function withinClaim(claim: () => Promise<boolean>, waitMs = WAIT_MS): Promise<boolean> {
  const until = performance.now() + waitMs;
  for (;;) {
    if (await claim()) return true;
    if (performance.now() >= until) return false;
    await sleep(LOOK_MS);
  }
}
