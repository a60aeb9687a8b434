import { expect, it } from 'vitest';
import { openMirror } from '../../../mirror/mirror.ts';
import { engineRelease } from '../../../mirror/releases/engine-release.ts';
import { temporaryFolder, writeTarball } from '../../release/release-tarball.ts';

const index = (version: string): string => `name: cf\nversion: ${version}\njobs: []\npackages: []\n`;

it('is an engine’s own, whatever release others have in the same mirror', async () => {
  const root = await temporaryFolder();
  const mirror = openMirror(root);
  const [older, newer] = await Promise.all(
    ['170', '194'].map((version) => writeTarball({ 'release.MF': index(version) })),
  );
  const first = await engineRelease(root, older);
  const second = await engineRelease(root, newer);
  expect((await mirror.release(first))?.version).toBe('170');
  expect((await mirror.release(second))?.version).toBe('194');
  // As the engine's programs are given it, who do not read it again.
  expect(await engineRelease(root, first)).toBe(first);
  // One that was given none follows what ./local_build.sh takes in, and nobody else.
  expect(await engineRelease(root, undefined)).toBeUndefined();
  expect(await mirror.release(undefined)).toBeUndefined();
});
