import { copyFile, readdir, rename, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

/** Largest size of a log in bytes, and how many older ones (`api.log.1` is the newest) are kept. */
interface Rotation {
  readonly maxBytes: number;
  readonly keep: number;
}

const ROTATION: Rotation = { maxBytes: 10 * 1024 * 1024, keep: 5 };

/**
 * Rotates every grown log of a folder. Programs keep writing into the same open file, so it is copied and truncated;
 * what they write between the two is lost.
 */
export async function rotateLogs(folder: string, { maxBytes, keep }: Rotation = ROTATION): Promise<void> {
  const logs = (await readdir(folder)).filter((name) => name.endsWith('.log')).map((name) => join(folder, name));
  for (const log of logs) {
    if ((await stat(log)).size <= maxBytes) continue;
    for (let age = keep - 1; age >= 1; age--) await rename(`${log}.${age}`, `${log}.${age + 1}`).catch(ignoreAbsent);
    await copyFile(log, `${log}.1`);
    await truncate(log);
  }
}

function ignoreAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
