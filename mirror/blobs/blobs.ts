import { stat } from 'node:fs/promises';
import type { Blob } from '../../domain/release/release.ts';
import type { Layout } from '../layout.ts';
import { type BlobContent, copyBlob } from './copy-blob.ts';
import { digestOf } from './digest.ts';
import { fillDurably } from './durable-file.ts';
import { moveAside } from './move-aside.ts';

/** Files named by their sha256. Several processes may add and read at the same time. */
export interface Blobs {
  add(content: BlobContent): Promise<Blob>;
  /**
   * The blob, when it is there and matches its name: its digest is checked once per process and file, its size always. A damaged
   * one is moved aside and counts as missing.
   */
  find(sha256: string): Promise<Blob | undefined>;
}

export function openBlobs(layout: Layout): Blobs {
  // Verified blobs, by everything that changes when a file is replaced or cut.
  const verified = new Map<string, string>();

  return {
    // Written even when it is there: the same content under the same name repairs a damaged one.
    add: (content) =>
      fillDurably(layout.blobs, 0o644, async (handle) => {
        const blob = await copyBlob(content, (chunk) => handle.appendFile(chunk));
        return { file: layout.blob(blob.sha256), result: blob };
      }),

    async find(sha256) {
      const file = layout.blob(sha256);
      const state = await stateOf(file);
      if (state === undefined) return undefined;
      if (verified.get(sha256) === state.mark) return { sha256, size: state.size };
      const found = await digestOf(file);
      if (found?.sha256 === sha256) {
        verified.set(sha256, state.mark);
        return found;
      }
      // Only the file that was read is damaged; a good one may have replaced it meanwhile.
      if ((await stateOf(file))?.mark === state.mark) await moveAside(file);
      return undefined;
    },
  };
}

async function stateOf(file: string): Promise<{ readonly size: number; readonly mark: string } | undefined> {
  const found = await stat(file, { bigint: true }).catch(() => undefined);
  if (found === undefined) return undefined;
  return { size: Number(found.size), mark: [found.ino, found.size, found.mtimeNs, found.ctimeNs].join() };
}
