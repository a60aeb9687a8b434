import type { Blob } from '../release.ts';

/** A source archive the mirror holds by digest. */
export interface Source extends Pick<Blob, 'sha256'> {
  /** File name in the distribution. */
  readonly file: string;
}

/** What one operating system needs, as data. */
export interface NodeProfile {
  /** `debian-12`, also the mirror's apt path. */
  readonly name: string;
  /** ID-VERSION_ID of os-release that this profile serves. */
  readonly system: string;
  /** Code name of the apt suite. */
  readonly suite: string;
  /** Installed on every node. */
  readonly runtimePackages: readonly string[];
  /** Installed only on a node that builds. */
  readonly toolchainPackages: readonly string[];
  readonly ruby: {
    readonly version: string;
    readonly source: Source;
    readonly configure: readonly string[];
  };
}
