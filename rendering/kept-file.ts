import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

// Files of the engine's cache that are only of use to who has the same key, and whole: the key's digest, the digest of the
// content, the content.

const DIGEST = 32;

/** `key`: of all that has made the content what it is. */
export const sealed = (key: string, content: Uint8Array): Buffer =>
  Buffer.concat([digestOf(key), digestOf(content), content]);

/** The content; undefined for one of another key or one that is damaged. */
export function unsealed(key: string, kept: Buffer): Buffer | undefined {
  const content = kept.subarray(2 * DIGEST);
  const isWhole =
    digestOf(key).equals(kept.subarray(0, DIGEST)) && digestOf(content).equals(kept.subarray(DIGEST, 2 * DIGEST));
  return isWhole ? content : undefined;
}

/** Undefined where there is none that can be read. */
export const readKept = (file: string): Promise<Buffer | undefined> => readFile(file).catch(() => undefined);

/** Readers see the old one or the new one. One that cannot be kept is none: it is made again. */
export async function keepFile(file: string, bytes: Buffer): Promise<void> {
  const unfinished = `${file}.${randomUUID()}`;
  try {
    if (!(await isOurs(path.dirname(file)))) return;
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(unfinished, bytes);
    await rename(unfinished, file);
  } catch {
    await rm(unfinished, { force: true }).catch(() => undefined);
  }
}

/** Root does not write into the folders of others: they could not write there afterwards. */
async function isOurs(folder: string): Promise<boolean> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  return found === undefined ? isOurs(path.dirname(folder)) : found.uid === process.getuid?.();
}

const digestOf = (content: string | Uint8Array): Buffer => createHash('sha256').update(content).digest();
