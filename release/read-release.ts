import type { Release } from '../domain/release.ts';
import type { BlobSink } from './archive-taker.ts';
import { assembleRelease } from './assemble-release.ts';
import { LIMITS } from './limits.ts';
import type { ReleaseLimits } from './limits.ts';
import { readTarball } from './tarball.ts';

export interface ReadOptions {
  /** Lets packages without archive through, with an empty blob: enough to render, not to install. Default: false. */
  readonly allowMissingPackages?: boolean;
  readonly limits?: ReleaseLimits;
}

/**
 * Reads a BOSH release tarball (release.MF, jobs/NAME.tgz, packages/NAME.tgz) and stores each archive as a blob; package
 * archives are streamed, so the size of a release does not matter.
 * Throws InvalidRelease with all problems, each with a pointer such as `/packages/nats`; PackageCycle when all problems
 * are cycles.
 */
export async function readRelease(file: string, blobs: BlobSink, options: ReadOptions = {}): Promise<Release> {
  const { allowMissingPackages = false, limits = LIMITS } = options;
  const contents = await readTarball(file, blobs, limits);
  return assembleRelease(contents, { missingPackages: allowMissingPackages });
}
