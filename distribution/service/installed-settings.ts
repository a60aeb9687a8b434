import { existsSync, readFileSync } from 'node:fs';
import type { Service } from './service-unit.ts';
import { UNIT_FILE } from './systemd.ts';

/** What the installed service runs with, as its unit says; undefined where none is installed. Any account may ask. */
export function installedSettings(unitFile = UNIT_FILE): Service | undefined {
  if (!existsSync(unitFile)) return undefined;
  const lines = readFileSync(unitFile, 'utf8').split('\n');
  const value = (start: string): string | undefined =>
    lines.find((line) => line.startsWith(start))?.slice(start.length) || undefined;
  const [folder, user] = [value('WorkingDirectory='), value('User=')];
  const [dataDir, cacheDir] = [
    value('Environment=DEPLOYMENT_ENGINE_DATA_DIR='),
    value('Environment=DEPLOYMENT_ENGINE_CACHE_DIR='),
  ];
  // Somebody else's unit of this name says nothing about an engine.
  if (folder === undefined || user === undefined || dataDir === undefined || cacheDir === undefined) return undefined;
  return { folder, user, dataDir, cacheDir, keyFile: value('LoadCredential=master-key:') };
}
