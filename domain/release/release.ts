/** A file in the mirror, named by its content. */
export interface Blob {
  readonly sha256: string;
  readonly size: number;
}

/** A job of a BOSH release as its `job.MF` declares it. */
export interface ReleaseJob {
  readonly name: string;
  /** The release's own word for it: a number in older releases, the fingerprint in newer ones. */
  readonly version: string;
  /** Changes with the job's content. */
  readonly fingerprint: string;
  /** `jobs/NAME.tgz`: job.MF, monit, templates. */
  readonly archive: Blob;
  readonly packages: readonly string[];
  /** Source below `templates/` to target below `/var/vcap/jobs/NAME/`. */
  readonly templates: Readonly<Record<string, string>>;
  /** Declared properties with their defaults; undefined = the job sees the whole manifest. */
  readonly properties: Readonly<Record<string, { readonly default?: unknown }>> | undefined;
}

export interface ReleasePackage {
  readonly name: string;
  /** The release's own word for it, as for a job. */
  readonly version: string;
  /**
   * Names what the package compiles to: changes with its own content and with every package it is built with, however
   * far down. A package without dependencies has the release's own fingerprint, any other one 40 hex digits.
   */
  readonly fingerprint: string;
  /** `packages/NAME.tgz`: sources and the packaging script. Empty (`''`, 0) in a release that was read only to be rendered. */
  readonly archive: Blob;
  readonly dependencies: readonly string[];
}

/** A BOSH release whose archives lie in the mirror. */
export interface Release {
  readonly name: string;
  readonly version: string;
  /** Of the tarball; of a folder, the digest over its name, version, and every job's and package's archive. */
  readonly sha256: string;
  /** Where it was read from; a release that an older engine took in does not say. */
  readonly from?: string;
  readonly jobs: Readonly<Record<string, ReleaseJob>>;
  readonly packages: Readonly<Record<string, ReleasePackage>>;
}

/** Names a compiled package by everything that goes into it: its sources and those of all it was built with. */
export const packageKey = ({ name, fingerprint }: Pick<ReleasePackage, 'name' | 'fingerprint'>): string =>
  `package/${name}/${fingerprint}`;

/** `cf 170 (/releases/cf-170.tgz)`: as messages name a release. */
export const releaseTitle = ({ name, version, from }: Pick<Release, 'name' | 'version' | 'from'>): string =>
  `${name} ${version}${from === undefined ? '' : ` (${from})`}`;
