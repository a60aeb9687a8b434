/** A source archive as its publisher gives it out. */
export interface Source {
  readonly file: string;
  /** Undefined where no public record could be checked: whoever provides the file then states it (docs/profiles.md). */
  readonly sha256: string | undefined;
  readonly from: SourcePackage | Download;
}

/** The upstream archive of a source package of the distribution. */
export interface SourcePackage {
  readonly sourcePackage: string;
}

export interface Download {
  readonly url: string;
}

/** One source archive of a build and how it gets into the build's prefix. */
export interface BuildPart {
  readonly source: Source;
  /** `configure`: ./configure, make, make install. `setup.rb`: run by the ruby of an earlier part. */
  readonly how: 'configure' | 'setup.rb';
  /** Added to `--prefix`; PREFIX in a flag stands for the build's own prefix. */
  readonly flags: readonly string[];
}

/** A program that every node gets and no package of its system holds. */
export interface SourceBuild {
  readonly name: 'ruby' | 'monit';
  readonly version: string;
  /** In this order; a part may use what the ones before it installed. */
  readonly parts: readonly BuildPart[];
  /** Linked into /usr/local/bin where the build has them. */
  readonly programs: readonly string[];
  /** Words of a command that fails where the build is not fit for use. */
  readonly proof: readonly string[];
}

export const sourcesOf = (builds: readonly SourceBuild[]): Source[] =>
  builds.flatMap(({ parts }) => parts.map(({ source }) => source));
