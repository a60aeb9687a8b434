import { createHash } from 'node:crypto';
import type { Blob } from '../../domain/release/release.ts';

/** What may become a blob: chunks, or all of it at once. */
export type BlobContent = AsyncIterable<Uint8Array> | Uint8Array;

/** Writes the content and returns its digest and size. */
export async function copyBlob(content: BlobContent, write: (chunk: Uint8Array) => Promise<unknown>): Promise<Blob> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of content instanceof Uint8Array ? [content] : content) {
    hash.update(chunk);
    size += chunk.length;
    await write(chunk);
  }
  return { sha256: hash.digest('hex'), size };
}
