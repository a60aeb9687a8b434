import { layoutOf } from '../layout.ts';
import { openMirror } from '../mirror.ts';
import { buildRelease } from './build-release.ts';

const SHA256 = /^[0-9a-f]{64}$/;

/**
 * What an engine deploys: the release at a path, or the one of this sha256 that was taken in before. Undefined: what the mirror
 * holds as its default at the time. Throws as `buildRelease` does.
 */
export async function engineRelease(root: string, given: string | undefined): Promise<string | undefined> {
  if (given === undefined || SHA256.test(given)) return given;
  return (await buildRelease(openMirror(root), layoutOf(root), given)).release.sha256;
}
