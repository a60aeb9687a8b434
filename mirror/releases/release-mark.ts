import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { placeFiles, type ReleasePlace } from '../../release/places/release-place.ts';

/** Raise it when releases are read differently: those that an older engine read are then read again. */
const READING = 2;

/**
 * Changes when a release may have changed, without reading it: a digest over the names, sizes and times of all files
 * it may be read from.
 */
export async function releaseMark(place: ReleasePlace, blobFolders: readonly string[]): Promise<string> {
  const roots = [...placeFiles(place), ...blobFolders.map((folder) => path.resolve(folder))];
  const files = (await Promise.all(roots.map(filesBelow))).flat().toSorted();
  const states = await Promise.all(files.map(stateOf));
  return createHash('sha256')
    .update(JSON.stringify([READING, place, states]))
    .digest('hex');
}

/** The file itself, or all files below the folder; links to folders are not followed. */
async function filesBelow(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [root];
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => path.join(entry.parentPath, entry.name));
}

const stateOf = (file: string): Promise<string> =>
  stat(file, { bigint: true }).then(
    ({ size, mtimeNs }) => [file, size, mtimeNs].join(),
    () => file,
  );
