import type { NodeProfile } from './profile.ts';

interface Archive {
  readonly file: string;
  readonly sha256: string;
}

/** The profile with each source named by the archive that is there; a source that is not there has no digest. */
export const withSources = (profile: NodeProfile, archives: readonly Archive[]): NodeProfile => ({
  ...profile,
  builds: profile.builds.map((build) => ({
    ...build,
    parts: build.parts.map((part) => ({
      ...part,
      source: { ...part.source, sha256: archives.find(({ file }) => file === part.source.file)?.sha256 },
    })),
  })),
});
