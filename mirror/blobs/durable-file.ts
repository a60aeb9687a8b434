import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** Prefix of files that are still being written; a killed process leaves one behind. */
export const UNFINISHED = '.unfinished-';

/** Writes a file atomically: readers see the old content or the new, also after a power cut. */
export const writeDurably = (file: string, content: string | Uint8Array, mode = 0o644): Promise<void> =>
  fillDurably(path.dirname(file), mode, async (handle) => {
    await handle.writeFile(content);
    return { file, result: undefined };
  });

/** Writes the content and returns the file's name, which may depend on the content. */
type Fill<Result> = (handle: FileHandle) => Promise<{ readonly file: string; readonly result: Result }>;

/** As `writeDurably`, for content that is written piece by piece. */
export async function fillDurably<Result>(directory: string, mode: number, fill: Fill<Result>): Promise<Result> {
  await mkdir(directory, { recursive: true });
  const unfinished = path.join(directory, `${UNFINISHED}${randomUUID()}`);
  try {
    const { file, result } = await filled(unfinished, mode, fill);
    await rename(unfinished, file);
    await syncDirectory(directory);
    return result;
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function filled<Result>(unfinished: string, mode: number, fill: Fill<Result>): ReturnType<Fill<Result>> {
  await using handle = await open(unfinished, 'wx', mode);
  const written = await fill(handle);
  await handle.sync();
  return written;
}

// A rename survives a power cut only once its directory is synced.
export async function syncDirectory(directory: string): Promise<void> {
  await using handle = await open(directory, 'r');
  await handle.sync();
}
