import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { parseSettings } from '../../domain/schemas/settings.ts';

/** The Temporal program that `local_build.sh` or an engine left in the cache. */
export function temporalPath(): string {
  const { temporalBin, cacheDir } = parseSettings(process.env);
  const found =
    temporalBin ??
    globSync(join(cacheDir, 'temporal', '*', 'temporal'))
      .toSorted()
      .at(-1);
  if (found === undefined || !existsSync(found))
    throw new Error(`no Temporal server in ${cacheDir}; run ./local_build.sh`);
  return found;
}
