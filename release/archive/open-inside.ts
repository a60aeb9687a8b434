import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import path from 'node:path';

/**
 * Opens a regular file below the folder, which is given as its real path; undefined when there is none.
 * Throws NotInside for a file outside the folder, be it by a link, and for one that cannot be opened.
 */
export async function openInside(folder: string, file: string): Promise<FileHandle | undefined> {
  try {
    const real = await realpath(path.join(folder, file));
    const way = path.relative(folder, real);
    if (way.startsWith('..') || path.isAbsolute(way))
      throw new NotInside(`${file} leads out of ${folder}: name the folder it leads to with --blobs`);
    // Non-blocking, because opening a pipe would wait for its writer.
    const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    return undefined;
  } catch (error) {
    if (error instanceof NotInside) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new NotInside(`${file} cannot be read: ${code}`);
  }
}

/** Thrown when a file of a folder may not or cannot be read. */
export class NotInside extends Error {}
