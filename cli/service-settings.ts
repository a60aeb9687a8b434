import { join } from 'node:path';
import { installedSettings } from '../distribution/service/installed-settings.ts';
import type { Service } from '../distribution/service/service-unit.ts';
import type { Environment } from '../domain/schemas/settings.ts';
import { SETTINGS } from '../domain/schemas/settings-table.ts';

const FOLDER = join(import.meta.dirname, '..');
const { dataDir, cacheDir, keyFile, key } = SETTINGS;

/**
 * The settings of a command that names no data folder: those of the service that this program is installed as. The data
 * folder's default is one of the folder that the command is called in, and there would be a second, empty engine.
 */
export function withServiceSettings(
  env: Environment,
  service: Service | undefined = installedSettings(),
  folder = FOLDER,
): Environment {
  if (env[dataDir.variable] || service?.folder !== folder) return env;
  const isKeyGiven = Boolean(env[key.variable] || env[keyFile.variable]) || service.keyFile === undefined;
  return {
    ...env,
    [dataDir.variable]: service.dataDir,
    [cacheDir.variable]: env[cacheDir.variable] || service.cacheDir,
    ...(isKeyGiven ? {} : { [keyFile.variable]: service.keyFile }),
  };
}
