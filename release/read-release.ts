import { packagesOf } from '../domain/closure.ts';
import { InputError } from '../domain/errors.ts';
import type { Problem } from '../domain/errors.ts';
import type { Release } from '../domain/release.ts';
import { jsonPointer } from '../domain/schemas/json-pointer.ts';
import { assembleRelease } from './assemble-release.ts';
import { releaseIndex } from './release-index.ts';
import type { ReleaseIndex } from './release-index.ts';
import { parseTexts } from './release-yaml.ts';
import { readTarball } from './tarball.ts';
import type { BlobSink, TarballLimits } from './tarball.ts';

export interface ReadOptions {
  /** Lets packages without archive through, with an empty blob: enough to render, not to install. Default: false. */
  readonly allowMissingPackages?: boolean;
  readonly limits?: TarballLimits;
}

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** Many times the size of cf-release, so that only a bomb goes beyond them. */
const LIMITS: TarballLimits = {
  release: { entries: 10_000, entry: 8 * GIB, total: 32 * GIB },
  job: { entries: 10_000, entry: 16 * MIB, total: 64 * MIB },
  package: { entries: 1_000_000, entry: 8 * GIB, total: 32 * GIB },
  inMemory: 64 * MIB,
};

/**
 * Reads a BOSH release tarball (release.MF, jobs/NAME.tgz, packages/NAME.tgz) and stores each archive as a blob; package
 * archives are streamed, so the size of a release does not matter.
 * Throws InvalidRelease with all problems, each with a pointer such as `/packages/nats`, or PackageCycle.
 */
export async function readRelease(file: string, blobs: BlobSink, options: ReadOptions = {}): Promise<Release> {
  const { allowMissingPackages = false, limits = LIMITS } = options;
  const tarball = await readTarball(file, blobs, limits);
  const problems = [...tarball.problems];
  const index = readIndex(tarball.index, problems);
  const release = index && assembleRelease(index, tarball, { allowMissingPackages, problems });
  if (release === undefined || problems.length > 0) throw new InputError('InvalidRelease', problems);
  packagesOf(release, Object.keys(release.jobs)); // finds cycles
  return release;
}

function readIndex(text: string | undefined, problems: Problem[]): ReleaseIndex | undefined {
  if (text === undefined) {
    problems.push({ pointer: '', message: 'has no release.MF' });
    return undefined;
  }
  try {
    const parsed = releaseIndex.safeParse(parseTexts(text));
    if (parsed.success) return parsed.data;
    problems.push(...parsed.error.issues.map(({ path, message }) => ({ pointer: jsonPointer(path), message })));
  } catch (error) {
    problems.push({ pointer: '', message: `release.MF is not YAML: ${(error as Error).message}` });
  }
  return undefined;
}
