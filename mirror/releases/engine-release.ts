import { layoutOf } from '../layout.ts';
import { openMirror } from '../mirror.ts';
import { buildRelease } from './build-release.ts';

const SHA256 = /^[0-9a-f]{64}$/;

/**
 * The release an engine deploys: the one at a path, or the one with this sha256 that was taken in before. Undefined: the
 * mirror's default at the time. Throws as `buildRelease` does.
 */
export async function engineRelease(root: string, given: string | undefined): Promise<string | undefined> {
  if (given === undefined || SHA256.test(given)) return given;
  return (await buildRelease(openMirror(root), layoutOf(root), given)).release.sha256;
}
