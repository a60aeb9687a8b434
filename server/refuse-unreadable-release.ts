import { accessSync, constants } from 'node:fs';
import { getSystemErrorMessage } from 'node:util';
import { DeploymentEngineError } from '../domain/errors.ts';

/** The worker would end for want of it again and again, and the engine never be ready. Throws `InvalidSettings`. */
export function refuseUnreadableRelease(release: string | undefined): void {
  if (release === undefined) return;
  try {
    accessSync(release, constants.R_OK);
  } catch (cause) {
    const { errno = 0 } = cause as NodeJS.ErrnoException;
    throw new DeploymentEngineError(
      'InvalidSettings',
      `DEPLOYMENT_ENGINE_RELEASE: ${release} cannot be read: ${getSystemErrorMessage(errno)}`,
      { cause },
    );
  }
}
