import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Release } from '../../domain/release/release.ts';
import { phrase } from '../../domain/text/text.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';

/** The release that this engine deploys now. */
export async function engineRelease({
  mirror,
  release,
}: Pick<ActivityDependencies, 'mirror' | 'release'>): Promise<Release> {
  const found = await mirror.release(release);
  if (found !== undefined) return found;
  throw new DeploymentEngineError(
    'InvalidRelease',
    release === undefined
      ? 'The mirror holds no release: run ./local_build.sh.'
      : phrase('The mirror has lost release {release}: start the engine again, which takes it in again.', {
          release: release.slice(0, 16),
        }),
  );
}
