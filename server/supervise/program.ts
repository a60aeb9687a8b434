import type { Environment } from '../../domain/schemas/settings.ts';
import type { PortClaim } from './port-claim.ts';

/** A process of the engine, for the supervisor. */
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
  /** Resolves when the program is ready for others; aborted when the engine stops first. */
  untilReady(signal: AbortSignal): Promise<void>;
}
