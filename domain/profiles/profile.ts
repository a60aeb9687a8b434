import type { SourceBuild } from './source-build.ts';

/** What one operating system needs, as data. */
export interface NodeProfile {
  /** `debian-12`, also the mirror's apt path. */
  readonly name: string;
  /** ID-VERSION_ID of os-release, or of what lsb-release says where there is none: the system this profile serves. */
  readonly system: string;
  readonly archive: PackageArchive;
  /** Of the mirror's packages, as dpkg calls it. Default: not known. */
  readonly packageArchitecture?: string;
  /** Its apt can trust a key for one source alone: 1.1 and later. */
  readonly knowsSignedBy: boolean;
  /** Installed on every node. */
  readonly runtimePackages: readonly string[];
  /** Installed only on a node that builds. */
  readonly toolchainPackages: readonly string[];
  /** What dpkg is told with `--force-`; it ends with an error on a word it does not know. */
  readonly dpkgForces: readonly string[];
  /** Made from source once in the cluster, in this order. */
  readonly builds: readonly SourceBuild[];
}

/** Where the distribution publishes the packages. */
export interface PackageArchive {
  /** `debian`: the origin whose packages are taken. */
  readonly distribution: string;
  /** Code name, `bookworm`. */
  readonly suite: string;
  /** Suites beside the main one that an archive named by its address is asked for: `bookworm-updates`. */
  readonly updates: readonly string[];
  readonly components: readonly string[];
}
