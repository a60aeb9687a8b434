import { open } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { ArchiveTaker, type BlobSink } from '../archive/archive-taker.ts';
import { type Entry, readArchive } from '../archive/archive.ts';
import type { ReleaseLimits } from '../archive/limits.ts';
import { sha256Of } from '../archive/sha256-of.ts';
import type { Kind, ReleaseContents } from '../index/release-contents.ts';
import { parseReleaseIndex } from '../index/release-index.ts';
import { nameMissingFiles } from './missing-files.ts';

/** Reads a release tarball from front to back: release.MF, jobs/NAME.tgz, packages/NAME.tgz, in any order. */
export async function readTarball(file: string, blobs: BlobSink, limits: ReleaseLimits): Promise<ReleaseContents> {
  // One handle for both passes, so that both read the same file even if it is replaced.
  const handle = await open(file);
  try {
    const taker = new ArchiveTaker(blobs, limits);
    let text: string | undefined;
    const source = handle.createReadStream({ start: 0, autoClose: false });
    const file = async (path: string, content: Entry): Promise<void> => {
      const { size } = content.header;
      const [, kind, name] = /^(jobs|packages)\/([^/]+)\.tgz$/.exec(path) ?? [];
      const bytes = content as AsyncIterable<Uint8Array>;
      if (name !== undefined) await taker.take({ kind: kind as Kind, name, from: path, size, content: bytes });
      else if (path !== 'release.MF') return;
      else if (size <= limits.text) text = (await buffer(content)).toString('utf8');
      else taker.problems.push({ pointer: '', message: `release.MF has more than ${limits.text} bytes` });
    };
    const faults = await readArchive(source, limits.release, { file });
    const { index, problems } = parseReleaseIndex(text, 'release.MF');
    const inArchive = faults.map((message) => ({ pointer: '', message }));
    return {
      ...taker,
      index,
      problems: [...inArchive, ...taker.problems, ...problems],
      sha256: await sha256Of(handle.createReadStream({ start: 0, autoClose: false })),
      nameMissing: nameMissingFiles,
    };
  } finally {
    await handle.close();
  }
}
