import { DeploymentEngineError, isEngineError } from '../../domain/errors.ts';
import type { Release } from '../../domain/release/release.ts';
import { versionOf } from '../../domain/versions/versions.ts';
import type { Layout } from '../layout.ts';
import type { Mirror } from '../mirror.ts';
import { type BuiltRelease, buildRelease } from './build-release.ts';
import { releaseProblems } from './release-problems.ts';

/**
 * Takes a release into the mirror and makes it the one that engines deploy unless told otherwise.
 * Throws `InvalidRelease` or `PackageCycle` where it cannot be read, or where no table knows its version; then nothing of it
 * is in the mirror, and the message says what stays the default.
 */
export async function makeDefaultRelease(
  mirror: Mirror,
  layout: Layout,
  given: string,
  blobFolders: readonly string[] = [],
): Promise<BuiltRelease> {
  const standing = await mirror.release();
  try {
    const built = await buildRelease(mirror, layout, given, { blobFolders, judge: versionOf });
    await mirror.makeDefault(built.release);
    return built;
  } catch (cause) {
    if (!isEngineError(cause, 'InvalidRelease') && !isEngineError(cause, 'PackageCycle')) throw cause;
    const stays =
      standing && `\n  ${standing.name} ${standing.version}, taken in before, stays the release that is deployed.`;
    throw new DeploymentEngineError(cause.code, `${given}: ${releaseProblems(cause)}${stays ?? ''}`, { cause });
  }
}

const RELEASE_MISSING =
  'the release is missing: put the tarball of cf-release v170, named cf-170.tgz, into this folder or beside it and run this ' +
  'again; or name with --release a tarball or a checkout of github.com/cloudfoundry/cf-release (docs/offline-mirror.md). ' +
  '--sample takes the sample release.';

/** The release that was taken in before. Throws `EnvironmentLacking` where there is none, since nothing can be deployed then. */
export async function standingRelease(mirror: Pick<Mirror, 'release'>): Promise<Release> {
  const standing = await mirror.release();
  if (standing === undefined) throw new DeploymentEngineError('EnvironmentLacking', RELEASE_MISSING);
  return standing;
}
