import { counted } from '../../domain/counted.ts';
import { MOST_DAMAGED_NAMED, namedDamage } from '../../domain/damaged-file.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';

/** Throws `EngineDamaged` where files of a packaged engine are not as its package has them. */
export async function refuseDamaged({ damagedFiles }: Pick<ActivityDependencies, 'damagedFiles'>): Promise<void> {
  const files = await damagedFiles();
  if (files.length === 0) return;
  throw new DeploymentEngineError(
    'EngineDamaged',
    `${counted(files.length, 'file')} of the engine differ${files.length === 1 ? 's' : ''} from its package: ${namedDamage(files)}. ` +
      'Remove what is added, unpack Deployment-Engine.tgz over the folder again, run ./local_build.sh, and restart the engine.',
    { details: { files: files.slice(0, MOST_DAMAGED_NAMED), count: files.length } },
  );
}
