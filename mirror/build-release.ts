import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { DeploymentEngineError, isEngineError } from '../domain/errors.ts';
import type { Blob, Release } from '../domain/release.ts';
import { readRelease } from '../release/read-release.ts';
import { writeDurably } from './durable-file.ts';
import type { Layout } from './layout.ts';
import type { Mirror } from './mirror.ts';

export interface BuiltRelease {
  readonly release: Release;
  /** False when this very tarball had been taken in before. */
  readonly changed: boolean;
}

/**
 * Takes a release tarball into the mirror and makes it the default release.
 * Throws `InvalidRelease` or `PackageCycle`, with all problems.
 */
export async function buildRelease(mirror: Mirror, layout: Layout, tarball: string): Promise<BuiltRelease> {
  const mark = await markOf(tarball);
  const known = await knownRelease(mirror, layout, mark);
  const release = known ?? (await takeIn(mirror, tarball));
  if ((await mirror.release())?.sha256 !== release.sha256 || known === undefined) await mirror.saveRelease(release);
  if (known === undefined)
    await writeDurably(stampFile(layout), JSON.stringify({ mark, sha256: release.sha256 } satisfies Stamp));
  return { release, changed: known === undefined };
}

// A file that is no archive at all fails in the decompressor, which knows no file name.
const takeIn = (mirror: Mirror, tarball: string): Promise<Release> =>
  readRelease(tarball, { add: (content) => mirror.addBlob(content) }).catch((cause: unknown) => {
    if (isEngineError(cause)) throw cause;
    throw new DeploymentEngineError('InvalidRelease', `${tarball} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  });

interface Stamp {
  /** The tarball as it was when it was read: a large one is not read again to learn that it is the same. */
  readonly mark: string;
  readonly sha256: string;
}

const stampFile = (layout: Layout): string => path.join(layout.workshop('releases'), 'stamp.json');

async function markOf(tarball: string): Promise<string> {
  const { size, mtimeNs } = await stat(tarball, { bigint: true });
  return [path.resolve(tarball), size, mtimeNs].join();
}

async function knownRelease(mirror: Mirror, layout: Layout, mark: string): Promise<Release | undefined> {
  const stamp = await readFile(stampFile(layout), 'utf8')
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
