import type { Environment } from '../../domain/schemas/settings.ts';
import type { PortClaim } from './port-claim.ts';

/** A process of the engine, as the supervisor needs to know it. */
export interface Program {
  /** Also the name of its log file. */
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Its whole environment. */
  readonly env: Environment;
  /** Must be free before it is started. */
  readonly ports: readonly PortClaim[];
  /** Milliseconds from SIGTERM to SIGKILL. */
  readonly stopWithin: number;
  /** Resolves when others may rely on it; aborted when the engine stops first. */
  untilReady(signal: AbortSignal): Promise<void>;
}
