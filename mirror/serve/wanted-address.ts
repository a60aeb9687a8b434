import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import path from 'node:path';
import type { HostAndPort, Settings } from '../../domain/schemas/settings.ts';

const PORT = 50001;

/**
 * Where the mirror must listen now: the setting, else the configuration's `home`, which the gateway writes to the data folder.
 * Undefined until one is known.
 */
export async function wantedAddress(
  settings: Pick<Settings, 'mirrorListen' | 'dataDir'>,
): Promise<HostAndPort | undefined> {
  if (settings.mirrorListen !== undefined) return settings.mirrorListen;
  const text = await readFile(path.join(settings.dataDir, 'home'), 'utf8').catch(() => '');
  const home = text.trim();
  return isIP(home) === 0 ? undefined : { host: home, port: PORT };
}
