import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { DeploymentEngineError, isEngineError } from '../../domain/errors.ts';
import type { Blob, Release } from '../../domain/release/release.ts';
import { findRelease, readReleaseAt } from '../../release/read-release.ts';
import { writeDurably } from '../blobs/durable-file.ts';
import { stageBlobs } from '../blobs/staged-blobs.ts';
import type { Layout } from '../layout.ts';
import type { Mirror } from '../mirror.ts';
import { releaseMark } from './release-mark.ts';

export interface BuiltRelease {
  readonly release: Release;
  /** False when the same release was taken in before. */
  readonly changed: boolean;
}

interface BuildOptions {
  /** Folders of archives fetched from the release's blobstore. */
  readonly blobFolders?: readonly string[];
  /** Throws where the release is not to be taken in. */
  judge?(release: Release): void;
}

/**
 * Takes a release (a tarball, a folder, or a file of a release in one) into the mirror.
 * Throws `InvalidRelease` or `PackageCycle`, with all problems, or what `judge` throws; then nothing of it is in the mirror.
 */
export async function buildRelease(
  mirror: Mirror,
  layout: Layout,
  given: string,
  { blobFolders = [], judge = () => {} }: BuildOptions = {},
): Promise<BuiltRelease> {
  const place = await findRelease(given).catch(unreadable(given));
  const mark = await releaseMark(place, blobFolders);
  const known = await knownRelease(mirror, layout, mark);
  if (known !== undefined) judge(known);
  const release =
    known ??
    (await stageBlobs(layout, async (blobs) => {
      const read = await readReleaseAt(place, blobs, { blobFolders });
      judge(read);
      return read;
    }));
  if (known === undefined) {
    await mirror.saveRelease(release);
    await writeDurably(stampFile(layout, mark), JSON.stringify({ mark, sha256: release.sha256 } satisfies Stamp));
  }
  return { release, changed: known === undefined };
}

const unreadable =
  (given: string) =>
  (cause: unknown): never => {
    if (isEngineError(cause)) throw cause;
    const message = `${given} cannot be read: ${(cause as Error).message}`;
    throw new DeploymentEngineError('InvalidRelease', message, { cause });
  };

interface Stamp {
  /** Mark of the release that was read: a large one is not read again to see that it is the same. */
  readonly mark: string;
  readonly sha256: string;
}

// A stamp for each mark, so that engines sharing a mirror do not make each other read theirs again.
const stampFile = (layout: Layout, mark: string): string => path.join(layout.workshop('releases'), `${mark}.json`);

async function knownRelease(mirror: Mirror, layout: Layout, mark: string): Promise<Release | undefined> {
  const stamp = await readFile(stampFile(layout, mark), 'utf8')
    .then((text) => JSON.parse(text) as Stamp)
    .catch(() => undefined);
  if (stamp?.mark !== mark) return undefined;
  const release = await mirror.release(stamp.sha256);
  return release !== undefined && (await hasAll(mirror, release)) ? release : undefined;
}

async function hasAll(mirror: Mirror, { jobs, packages }: Release): Promise<boolean> {
  const archives = [...Object.values(jobs), ...Object.values(packages)].map(({ archive }) => archive);
  const sizes = await Promise.all(archives.map((archive) => hasSize(mirror, archive)));
  return sizes.every(Boolean);
}

const hasSize = (mirror: Mirror, { sha256, size }: Blob): Promise<boolean> =>
  stat(mirror.blobPath(sha256)).then(
    (found) => found.size === size,
    () => false,
  );
