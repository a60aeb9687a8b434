import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Blob } from '../../domain/release/release.ts';

const CHUNK = 1 << 20;

/** sha256 and size of a file; undefined when there is none. */
export async function digestOf(file: string): Promise<Blob | undefined> {
  try {
    await using handle = await open(file, 'r');
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of handle.createReadStream({ autoClose: false, highWaterMark: CHUNK })) {
      hash.update(chunk as Uint8Array);
      size += (chunk as Uint8Array).length;
    }
    return { sha256: hash.digest('hex'), size };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
