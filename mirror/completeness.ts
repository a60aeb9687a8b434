import type { NodeProfile } from '../domain/profiles/profile.ts';
import { PROFILES } from '../domain/profiles/profiles.ts';
import { publishedRepository } from './apt/build-repository.ts';
import { wishOf } from './apt/wish.ts';
import { layoutOf } from './layout.ts';
import { openMirror } from './mirror.ts';

/** Profiles that the mirror does not hold, or not as they are wanted now. */
export async function lackingProfiles(root: string): Promise<string[]> {
  const mirror = openMirror(root);
  const isThere = async (profile: NodeProfile): Promise<boolean> =>
    (await publishedRepository(layoutOf(root), wishOf(profile))) !== undefined &&
    (await mirror.sources(profile.name)) !== undefined;
  const found = await Promise.all(
    PROFILES.map(async (profile) => ({ name: profile.name, is: await isThere(profile) })),
  );
  return found.filter(({ is }) => !is).map(({ name }) => name);
}
