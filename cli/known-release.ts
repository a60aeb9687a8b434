import type { Settings } from '../domain/schemas/settings.ts';
import { mirrorRoot } from '../mirror/location.ts';
import { openMirror } from '../mirror/mirror.ts';

const SHA256 = /^[0-9a-f]{64}$/;

/**
 * Name of the release that an engine with these settings deploys; undefined where the mirror does not say. A release at a path
 * is not read: that may take minutes.
 */
export async function knownRelease({ cacheDir, release }: Pick<Settings, 'cacheDir' | 'release'>) {
  if (release !== undefined && !SHA256.test(release)) return undefined;
  const found = await openMirror(mirrorRoot({ cacheDir }))
    .release(release)
    .catch(() => undefined);
  return found?.name;
}
