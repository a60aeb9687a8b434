import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MANIFEST, manifestText } from '../manifest.ts';

/** Lists every file of the folder with its sha256, except the manifest itself. */
export async function writeManifest(folder: string): Promise<void> {
  const digests = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const file = join(entry.parentPath, entry.name);
    digests.set(file.slice(folder.length + 1), sha256(await readFile(file)));
  }
  await writeFile(join(folder, MANIFEST), manifestText(digests));
}

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
