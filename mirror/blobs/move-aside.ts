import { rename } from 'node:fs/promises';
import path from 'node:path';

/** Renames a damaged file so that it is found by people and by nothing else. */
export const moveAside = (file: string): Promise<void> =>
  rename(file, path.join(path.dirname(file), `.damaged-${Date.now()}-${path.basename(file)}`)).catch(
    (error: NodeJS.ErrnoException) => {
      // Another process found it damaged too and was faster.
      if (error.code !== 'ENOENT') throw error;
    },
  );
