import { MOST_DAMAGED_NAMED, namedDamage } from '../../domain/damaged-file.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';

const CURE =
  'Remove what is added, unpack Deployment-Engine.tgz over the folder again, run ./local_build.sh, and restart the engine.';

/** Throws `EngineDamaged` where files of a packaged engine are not as its package has them. */
export async function refuseDamaged({ damagedFiles }: Pick<ActivityDependencies, 'damagedFiles'>): Promise<void> {
  const files = await damagedFiles();
  if (files.length === 0) return;
  throw new DeploymentEngineError(
    'EngineDamaged',
    files.length === 1
      ? phrase('1 file of the engine differs from its package: {files}. {cure}', {
          files: namedDamage(files),
          cure: CURE,
        })
      : phrase('{count} files of the engine differ from its package: {files}. {cure}', {
          count: files.length,
          files: namedDamage(files),
          cure: CURE,
        }),
    { details: { files: files.slice(0, MOST_DAMAGED_NAMED), count: files.length } },
  );
}
