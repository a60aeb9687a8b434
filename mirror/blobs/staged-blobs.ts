import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Blob } from '../../domain/release/release.ts';
import type { Layout } from '../layout.ts';
import { type BlobContent, copyBlob } from './copy-blob.ts';
import { syncDirectory, UNFINISHED } from './durable-file.ts';

/** Holds blobs that are not visible yet. */
export interface StagedBlobs {
  add(content: BlobContent): Promise<Blob>;
}

/** Adds the blobs of `work` when it succeeds, and none of them when it throws. */
export async function stageBlobs<Result>(
  layout: Layout,
  work: (blobs: StagedBlobs) => Promise<Result>,
): Promise<Result> {
  const staged = new Map<string, string>();
  await mkdir(layout.blobs, { recursive: true });
  try {
    const result = await work({ add: (content) => stage(layout, staged, content) });
    // Renamed even when they are there: the same content repairs a damaged one.
    for (const [unfinished, sha256] of staged) await rename(unfinished, layout.blob(sha256));
    await syncDirectory(layout.blobs);
    return result;
  } finally {
    await Promise.all([...staged.keys()].map((unfinished) => rm(unfinished, { force: true })));
  }
}

async function stage(layout: Layout, staged: Map<string, string>, content: BlobContent): Promise<Blob> {
  const unfinished = path.join(layout.blobs, `${UNFINISHED}${randomUUID()}`);
  staged.set(unfinished, '');
  await using handle = await open(unfinished, 'wx', 0o644);
  const blob = await copyBlob(content, (chunk) => handle.appendFile(chunk));
  await handle.sync();
  staged.set(unfinished, blob.sha256);
  return blob;
}
