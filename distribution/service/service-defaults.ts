import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Service } from './service-unit.ts';

/**
 * What a call without options means for an engine in this folder: what the service has that is installed, so that an update keeps
 * account, folders and key.
 */
export function serviceDefaults(folder: string, unitFile: string): Omit<Service, 'folder'> {
  const unit = existsSync(unitFile) ? readFileSync(unitFile, 'utf8') : '';
  const installed = (start: string): string | undefined =>
    unit
      .split('\n')
      .find((line) => line.startsWith(start))
      ?.slice(start.length);
  const dataDir = installed('Environment=DEPLOYMENT_ENGINE_DATA_DIR=');
  // Of an engine that was started here by hand, or moved here with the package.
  const ownData = join(folder, 'data');
  const isThere = [dataDir, ownData].find((data) => data !== undefined && existsSync(data));
  return {
    user: installed('User=') ?? 'deployment-engine',
    dataDir: isThere ?? dataDir ?? '/var/lib/deployment-engine-server',
    cacheDir: installed('Environment=DEPLOYMENT_ENGINE_CACHE_DIR=') ?? '/var/cache/deployment-engine',
    keyFile: installed('LoadCredential=master-key:'),
  };
}
