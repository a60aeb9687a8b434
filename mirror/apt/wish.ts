import { createHash } from 'node:crypto';
import { everySpecialPackage } from '../../domain/manifest/special-steps.ts';
import type { NodeProfile, PackageArchive } from '../../domain/profiles/profile.ts';

/** What one apt repository of the mirror must hold, with all dependencies. */
export interface Wish extends PackageArchive {
  /** The profile's name: the repository's path. */
  readonly name: string;
  readonly packages: readonly string[];
}

export const wishOf = (profile: NodeProfile): Wish => ({
  name: profile.name,
  ...profile.archive,
  packages: [
    ...new Set([...profile.runtimePackages, ...profile.toolchainPackages, ...everySpecialPackage(profile.name)]),
  ].toSorted(),
});

// Raise it when repositories are built differently, so that existing ones are built again.
const RECIPE = 1;

/** Changes when the repository must be built again; where its packages came from does not matter. */
export const wishDigest = (wish: Wish, architecture: string): string =>
  createHash('sha256')
    .update(JSON.stringify([RECIPE, architecture, wish.name, wish.distribution, wish.suite, wish.packages.toSorted()]))
    .digest('hex');
