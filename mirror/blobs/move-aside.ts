import { rename } from 'node:fs/promises';
import path from 'node:path';

/** Renames a damaged file, so that people find it and nothing else does. */
export const moveAside = (file: string): Promise<void> =>
  rename(file, path.join(path.dirname(file), `.damaged-${Date.now()}-${path.basename(file)}`)).catch(
    (error: NodeJS.ErrnoException) => {
      // Another process found the damage too and was faster.
      if (error.code !== 'ENOENT') throw error;
    },
  );
