import { isEngineError } from '../domain/errors.ts';
import type { Text } from '../domain/text/text.ts';
import { HELD_MS, releaseForTemporal, takeForTemporal, WAIT_MS, withinClaim } from '../store/runs/temporal-claim.ts';
import type { Store } from '../store/store.ts';
import { namespaceId } from '../temporal/namespace.ts';
import { anotherHolds, lacking } from '../temporal/temporal-problem.ts';
import type { TemporalServer } from '../temporal/temporal-server.ts';

const RENEW_MS = 10_000;

interface Claimant {
  readonly claims: Store['claims'];
  readonly connection: Parameters<typeof namespaceId>[0];
  readonly server: TemporalServer;
  readonly cluster: string;
}

interface RunsClaim {
  /** Resolves with why this worker must go, once its Temporal is another one than that of the runs. */
  readonly lost: Promise<Text>;
  /** `isLast`: no other worker of this Temporal can be there, so the claim ends too. */
  end(after: { readonly isLast: boolean }): Promise<void>;
}

interface ClaimPatience {
  readonly everyMs?: number;
  readonly waitMs?: number;
  /** Called once where it has to wait, with the seconds that it takes at most. */
  readonly onWait?: (seconds: number) => void;
}

/**
 * Claims the store's runs for our Temporal, once workers of another one have let go of them.
 *
 * @throws EnvironmentLacking while such workers are there.
 */
export async function claimRuns(
  { claims, connection, server, cluster }: Claimant,
  { everyMs = RENEW_MS, waitMs = WAIT_MS, onWait }: ClaimPatience = {},
): Promise<RunsClaim> {
  const id = await namespaceId(connection, server);
  if (id === undefined) return { lost: new Promise(() => {}), end: async () => {} };
  const reason = anotherHolds(server, { cluster, seconds: HELD_MS / 1000 });
  const take = (): Promise<boolean> =>
    takeForTemporal(claims, id).catch((error: unknown) => {
      // A worker starts on a full disk too, and takes the claim when it can.
      if (isEngineError(error, 'StoreUnwritable')) return true;
      throw error;
    });
  if (!(await take())) {
    onWait?.(Math.ceil(waitMs / 1000));
    if (!(await withinClaim(take, waitMs))) throw lacking(reason);
  }

  const { promise: lost, resolve: lose } = Promise.withResolvers<Text>();
  const renew = async (): Promise<void> => {
    // A Temporal whose database is gone comes back with another id; one that does not answer must not cost the claim.
    const [now, isHeld] = await Promise.all([
      namespaceId(connection, server).catch(() => id),
      take().catch(() => true),
    ]);
    if (now === id && isHeld) return;
    clearInterval(timer);
    lose(reason);
  };
  const timer = setInterval(() => void renew(), everyMs);
  return {
    lost,
    async end({ isLast }) {
      clearInterval(timer);
      if (isLast) await releaseForTemporal(claims, id).catch(() => undefined);
    },
  };
}
