import { setTimeout as sleep } from 'node:timers/promises';
import type { Claims } from './contract.ts';

/**
 * Held by the workers of one Temporal together, as the id of their namespace: the runs of the store are executions there, and another
 * Temporal knows nothing of them.
 */
const TEMPORAL_CLAIM = 'temporal';

/** Milliseconds that it lasts if it is not renewed. */
export const HELD_MS = 30_000;
/** Where a Temporal was lost, its last workers may still have held the claim. */
const WAIT_MS = HELD_MS + 5_000;
const LOOK_MS = 250;

/** True if the claim is now that of `namespaceId`; false while workers of another one hold it. */
export const takeForTemporal = (claims: Pick<Claims, 'take'>, namespaceId: string): Promise<boolean> =>
  claims.take(TEMPORAL_CLAIM, namespaceId, HELD_MS);

/** Whether workers of another Temporal than ours hold the runs, or of one that may be another. */
export async function isAnotherTemporals(
  claims: Pick<Claims, 'holder'>,
  own: () => Promise<string | undefined>,
): Promise<boolean> {
  const holder = await claims.holder(TEMPORAL_CLAIM);
  return holder !== undefined && holder !== (await own());
}

/** Whether the runs were last those of another Temporal than ours: its workers may be away for a while, as for a backup. */
export async function wereAnotherTemporals(
  claims: Pick<Claims, 'last'>,
  own: () => Promise<string | undefined>,
): Promise<boolean> {
  const last = await claims.last(TEMPORAL_CLAIM);
  return last !== undefined && last !== (await own());
}

/** Gives the claim back, so that the next one need not wait for its end. */
export const releaseForTemporal = (claims: Pick<Claims, 'release'>, namespaceId: string): Promise<void> =>
  claims.release(TEMPORAL_CLAIM, namespaceId);

/** Waits for what comes true within the time that a claim lasts; whether it did. */
export async function withinClaim(claim: () => Promise<boolean>, waitMs = WAIT_MS): Promise<boolean> {
  const until = performance.now() + waitMs;
  for (;;) {
    if (await claim()) return true;
    if (performance.now() >= until) return false;
    await sleep(LOOK_MS);
  }
}
