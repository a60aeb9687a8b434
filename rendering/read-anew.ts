import { JobArchives } from '../release/archive/job-archives.ts';
import type { ReleasePlace } from '../release/places/release-place.ts';
import { findRelease, readReleaseAt } from '../release/read-release.ts';
import { readJobTexts } from './job-texts.ts';
import type { ReadRelease } from './read-for-rendering.ts';

/** Reads a release of which packages may be missing, whatever kind of place it is in. Throws what `readRelease` throws. */
export async function readAnew(given: string): Promise<ReadRelease & { readonly place: ReleasePlace }> {
  const place = await findRelease(given);
  const archives = new JobArchives();
  const release = await readReleaseAt(place, archives, { allowMissingPackages: true });
  const jobs = Object.values(release.jobs).map(
    async ({ name, archive }) => [name, await readJobTexts(archives.get(archive.sha256))] as const,
  );
  return { place, release, texts: Object.fromEntries(await Promise.all(jobs)) };
}
