import type { Measured } from './hardware.ts';

/** What `connect` reads of a machine. */
export interface NodeFacts extends Measured {
  readonly hostname: string;
  /** `debian-12`: ID and VERSION_ID of os-release, or what lsb-release calls them. */
  readonly system: string;
  readonly kernel: string;
  /** Of the kernel: `x86_64`. */
  readonly architecture: string;
  /** As dpkg calls it: `amd64`; empty where it does not say, and absent where an older engine has looked. */
  readonly packageArchitecture?: string;
  readonly bootId: string;
  /** Seconds the node's clock is ahead of ours. */
  readonly clockSkew: number;
  readonly bootCommandLine: string;
  readonly hasCgroups: boolean;
  /** It shares its kernel with another machine. */
  readonly isContainer: boolean;
  readonly resolvesApi: boolean;
}
