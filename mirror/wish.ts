import { createHash } from 'node:crypto';
import type { NodeProfile } from '../domain/profiles/profile.ts';
import { everySpecialPackage } from '../domain/special-steps.ts';

/** What one apt repository of the mirror shall hold, with all dependencies. */
export interface Wish {
  /** The profile's name: the repository's path. */
  readonly name: string;
  /** `debian`: the origin whose packages are taken. */
  readonly distribution: string;
  /** Code name of the suite. */
  readonly suite: string;
  readonly packages: readonly string[];
}

export const wishOf = ({ name, system, suite, runtimePackages, toolchainPackages }: NodeProfile): Wish => ({
  name,
  distribution: system.split('-')[0] ?? system,
  suite,
  packages: [...new Set([...runtimePackages, ...toolchainPackages, ...everySpecialPackage(name)])].toSorted(),
});

// Raised when repositories are built in another way, so that existing ones are built anew.
const RECIPE = 1;

/** Changes when the repository has to be built anew. */
export const wishDigest = (wish: Wish, architecture: string): string =>
  createHash('sha256')
    .update(JSON.stringify([RECIPE, architecture, wish.name, wish.distribution, wish.suite, wish.packages.toSorted()]))
    .digest('hex');
