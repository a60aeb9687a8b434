import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { UNFINISHED } from './durable-file.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Removes what killed writers left behind: unfinished files that are a day old. */
export async function sweepUnfinished(directory: string, now: number = Date.now()): Promise<void> {
  for (const name of await readdir(directory).catch(() => [])) {
    const file = path.join(directory, name);
    if (name.startsWith(UNFINISHED) && now - (await stat(file)).mtimeMs > DAY_MS) await rm(file, { force: true });
  }
}
