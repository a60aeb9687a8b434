import { mkdirSync, mkdtempSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { getSystemErrorMessage } from 'node:util';
import { DeploymentEngineError } from '../domain/errors.ts';
import { phrase } from '../domain/text/text.ts';

/**
 * Makes the folder that a setting names, and checks that files can be made in it. Throws `EnvironmentLacking`. Node's own
 * recursive mkdir never ends on a file system that denies a folder's existence, as /proc does.
 */
export function makeFolder(setting: string, folder: string): void {
  try {
    makeWithParents(folder);
    rmdirSync(mkdtempSync(join(folder, '.probe-')));
  } catch (cause) {
    const { errno = 0 } = cause as NodeJS.ErrnoException;
    throw new DeploymentEngineError(
      'EnvironmentLacking',
      phrase('{variable}: {folder} is not a writable folder: {why}', {
        variable: setting,
        folder,
        why: getSystemErrorMessage(errno),
      }),
      { cause },
    );
  }
}

function makeWithParents(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false }) !== undefined) return;
  makeWithParents(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Somebody else has made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
