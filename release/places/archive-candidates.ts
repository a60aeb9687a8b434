import path from 'node:path';
import { pathInside } from '../archive/archive-entry.ts';
import type { Build } from '../index/builds-index.ts';
import type { Kind } from '../index/release-contents.ts';
import type { IndexEntry } from '../index/release-index.ts';

/** The folder of a job's or package's builds in the release, and their index. */
export const buildFolders = (kind: Kind, name: string): string[] =>
  ['.final_builds', '.dev_builds'].map((builds) => path.join(builds, kind, name));

/** Archives that were fetched from the blobstore by hand. */
export const OWN_BLOB_FOLDERS = ['.blobs', 'blobs'];

/** Files beside the index that may be the archive: as BOSH names them, or as they were fetched. */
export const besideTheIndex = (entry: IndexEntry, build: Build | undefined): string[] =>
  safe([...versionsOf(entry, build), ...fetchedNames(entry, build)]);

/** Files in a folder of fetched archives that may be the archive. */
export const inBlobFolder = (kind: Kind, entry: IndexEntry, build: Build | undefined): string[] =>
  safe([
    ...fetchedNames(entry, build),
    ...versionsOf(entry, build).map((file) => path.join(kind, entry.name, file)),
    // A version number could belong to any package; a fingerprint is unique.
    ...versionsOf(entry, build).filter((file) => /^[0-9a-f]{40}\.tgz$/.test(file)),
  ]);

const versionsOf = ({ version, fingerprint }: IndexEntry, build: Build | undefined): string[] =>
  [version, build?.version, fingerprint].flatMap((name) => (name === undefined ? [] : [`${name}.tgz`]));

function fetchedNames({ sha1 }: IndexEntry, build: Build | undefined): string[] {
  const object = build?.blobstore_id;
  // Objects of the oldest blobstores have names like rest/objects/4e4e78bc.
  const names = [sha1 ?? build?.sha1, object, object && path.basename(object)];
  return names.flatMap((name) => (name === undefined ? [] : [name, `${name}.tgz`]));
}

/** Without duplicates and paths that point elsewhere: versions and object ids are whatever the index says. */
const safe = (names: readonly string[]): string[] => [...new Set(names)].filter((name) => pathInside(name));
