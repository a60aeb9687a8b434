import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';

/** A file of an archive, below the archive's root. */
export interface ArchiveFile {
  readonly path: string;
  readonly content: Buffer;
  readonly executable: boolean;
}

/** Orders paths the same way under every locale. */
export const byPath = (a: { readonly path: string }, b: { readonly path: string }): number =>
  a.path < b.path ? -1 : a.path > b.path ? 1 : 0;

const EPOCH = new Date(0);

/**
 * Writes a gzipped tar archive whose bytes depend on nothing but the files, in the order given. The file appears under
 * its name only when complete. `level` is zlib's; 0 stores, which is enough for what is compressed already.
 */
export async function writeArchive(target: string, files: readonly ArchiveFile[], level = 6): Promise<void> {
  const tar = pack();
  const temporary = `${target}.${process.pid}.new`;
  const written = pipeline(tar, createGzip({ level }), createWriteStream(temporary));
  for (const { path, content, executable } of files) {
    tar.entry(
      { name: path, mode: executable ? 0o755 : 0o644, mtime: EPOCH, uid: 0, gid: 0, size: content.length },
      content,
    );
  }
  tar.finalize();
  await written;
  await rename(temporary, target);
}
