import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';
import { authority, type HostAndPort } from '../../domain/schemas/settings.ts';

/** A port a program is about to listen on, and the setting that moves it. */
export interface PortClaim extends HostAndPort {
  readonly setting: string;
}

// A program whose engine was killed a moment ago may still hold its ports.
const WITHIN_MS = 5000;

interface Patience {
  /** Default 5 s. */
  readonly withinMs?: number;
  /** Aborting it rejects. */
  readonly signal?: AbortSignal;
}

/**
 * Resolves when every port can be bound; throws `EnvironmentLacking` when one stays taken.
 * Checked before a program is started: its readiness probe would otherwise talk to whatever holds the port.
 */
export async function waitUntilFree(
  claims: readonly PortClaim[],
  { withinMs = WITHIN_MS, signal }: Patience = {},
): Promise<void> {
  const until = Date.now() + withinMs;
  for (const claim of claims)
    for (;;) {
      const refusal = await bindingRefused(claim);
      if (refusal === undefined) break;
      if (refusal !== 'EADDRINUSE' || Date.now() >= until) throw portRefused(claim, refusal);
      await sleep(100, undefined, signal === undefined ? {} : { signal });
    }
}

/** Whether it can be bound now. */
export const isFree = async (place: HostAndPort): Promise<boolean> => (await bindingRefused(place)) === undefined;

/** The system's code when the port cannot be bound. */
async function bindingRefused({ host, port }: HostAndPort): Promise<string | undefined> {
  const probe = createServer();
  try {
    probe.listen({ host, port });
    await once(probe, 'listening');
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  } finally {
    probe.close();
  }
}

function portRefused(claim: PortClaim, code: string): DeploymentEngineError {
  const where = authority(claim);
  const { setting } = claim;
  return new DeploymentEngineError(
    'EnvironmentLacking',
    code === 'EADDRINUSE'
      ? phrase('{where} is in use by another process; {setting} chooses another port', { where, setting })
      : phrase('{where} cannot be listened on ({code}); {setting} chooses another port', { where, code, setting }),
  );
}
