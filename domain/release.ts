/** A file in the mirror, named by its content. */
export interface Blob {
  readonly sha256: string;
  readonly size: number;
}

/** A job of a BOSH release as its `job.MF` declares it. */
export interface ReleaseJob {
  readonly name: string;
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
  readonly fingerprint: string;
  /** `packages/NAME.tgz`: sources and the packaging script. Empty (`''`, 0) in a release that was read only to be rendered. */
  readonly archive: Blob;
  readonly dependencies: readonly string[];
}

/** A BOSH release whose archives lie in the mirror. */
export interface Release {
  readonly name: string;
  readonly version: string;
  /** sha256 of the tarball. */
  readonly sha256: string;
  readonly jobs: Readonly<Record<string, ReleaseJob>>;
  readonly packages: Readonly<Record<string, ReleasePackage>>;
}
