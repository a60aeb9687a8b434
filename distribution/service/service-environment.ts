import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { getSystemErrorMessage, parseEnv } from 'node:util';
import { DeploymentEngineError } from '../../domain/errors.ts';
import type { Environment } from '../../domain/schemas/settings.ts';
import { SETTINGS } from '../../domain/schemas/settings-table.ts';
import { phrase } from '../../domain/text/text.ts';
import { ENVIRONMENT_FILE, type Service } from './service-unit.ts';

/** Settings of the store that are paths. */
const PATHS = (['dataDir', 'cacheDir', 'keyFile', 'databaseUrlFile'] as const).map((name) => SETTINGS[name].variable);

/**
 * What the operator has set for the installed service beside its unit; paths are absolute. Throws `EnvironmentLacking` for an
 * account that may not read it, since the engine may keep everything elsewhere than it looks without.
 */
export function serviceEnvironment({ folder }: Pick<Service, 'folder'>, file = ENVIRONMENT_FILE): Environment {
  const env = parseEnv(textOf(file));
  const paths = PATHS.flatMap((name) => (env[name] ? [[name, resolve(folder, env[name])] as const] : []));
  return { ...env, ...Object.fromEntries(paths) };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code, errno = 0 } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return '';
    throw new DeploymentEngineError(
      'EnvironmentLacking',
      phrase('{file}, the settings of the service, cannot be read: {why}. Call this as root.', {
        file,
        why: getSystemErrorMessage(errno),
      }),
      { cause },
    );
  }
}
