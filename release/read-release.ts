import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../domain/errors.ts';
import type { Release } from '../domain/release/release.ts';
import { DEFAULT_VERSION } from '../domain/versions/versions.ts';
import type { BlobSink } from './archive/archive-taker.ts';
import { LIMITS, type ReleaseLimits } from './archive/limits.ts';
import { assembleRelease } from './index/assemble-release.ts';
import type { ReleaseContents } from './index/release-contents.ts';
import { readCheckout } from './places/checkout.ts';
import { releasePlace, type ReleasePlace } from './places/release-place.ts';
import { readTarball } from './places/tarball.ts';
import { readUnpacked } from './places/unpacked-folder.ts';

export interface ReadOptions {
  /** Accepts packages without archive, with an empty blob: enough to render, not to install. Default: false. */
  readonly allowMissingPackages?: boolean;
  /** Folders with archives fetched from the release's blobstore, besides a checkout's own. */
  readonly blobFolders?: readonly string[];
  readonly limits?: ReleaseLimits;
}

/** Finds out what a path is; of several releases in a folder takes the engine's default version if there is one. */
export const findRelease = (given: string): Promise<ReleasePlace> =>
  releasePlace(given, DEFAULT_VERSION.release.version);

/**
 * Reads a BOSH release and stores each archive as a blob: from a tarball (release.MF, jobs/NAME.tgz, packages/NAME.tgz),
 * from a folder one was unpacked to, or from a checkout of a release's repository, where the path may also name one of
 * its `releases/NAME-VERSION.yml`. Package archives are streamed, so the size of a release does not matter.
 * Throws InvalidRelease with all problems, each with a pointer such as `/packages/nats`; PackageCycle when all problems
 * are cycles. Passes on what the blobs throw, and the file system's error when nothing is there.
 */
export async function readRelease(given: string, blobs: BlobSink, options: ReadOptions = {}): Promise<Release> {
  return readReleaseAt(await findRelease(given), blobs, options);
}

/** As `readRelease`, for a release that was found before. */
export async function readReleaseAt(place: ReleasePlace, blobs: BlobSink, options: ReadOptions): Promise<Release> {
  const contents = await readContents(place, blobs, options);
  const release = assembleRelease(contents, { missingPackages: options.allowMissingPackages ?? false });
  return { ...release, from: whereabouts(place) };
}

async function readContents(
  place: ReleasePlace,
  blobs: BlobSink,
  { limits = LIMITS, blobFolders = [] }: ReadOptions,
): Promise<ReleaseContents> {
  switch (place.kind) {
    case 'tarball':
      return readTarball(place.file, blobs, limits);
    case 'unpacked':
      return readUnpacked(place.folder, blobs, limits);
    case 'checkout':
      return readCheckout({ ...place, blobFolders: await Promise.all(blobFolders.map(realFolder)) }, blobs, limits);
  }
}

function whereabouts(place: ReleasePlace): string {
  if (place.kind === 'tarball') return place.file;
  return place.kind === 'checkout' ? path.join(place.folder, place.index) : place.folder;
}

const realFolder = (folder: string): Promise<string> =>
  realpath(folder).catch((cause: Error) => {
    throw new InputError('InvalidRelease', [{ pointer: '', message: `no folder of archives: ${cause.message}` }]);
  });
