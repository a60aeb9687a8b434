import { createHash } from 'node:crypto';
import type { Blob } from '../../domain/release/release.ts';
import type { BlobSink } from './archive-taker.ts';

/** Keeps the archives of jobs, which come as buffers, and drops those of packages, which are streamed. */
export class JobArchives implements BlobSink {
  readonly #kept = new Map<string, Uint8Array>();

  async add(content: AsyncIterable<Uint8Array> | Uint8Array): Promise<Blob> {
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of content instanceof Uint8Array ? [content] : content) {
      hash.update(chunk);
      size += chunk.length;
    }
    const sha256 = hash.digest('hex');
    if (content instanceof Uint8Array) this.#kept.set(sha256, content);
    return { sha256, size };
  }

  /** Throws when no job's archive has this digest. */
  get(sha256: string): Uint8Array {
    const archive = this.#kept.get(sha256);
    if (archive === undefined) throw new Error(`There is no archive ${sha256}`);
    return archive;
  }
}
