import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** Marks files that are still being written; whoever was killed leaves one behind. */
export const UNFINISHED = '.unfinished-';

/** Writes a whole file: readers see the old content or the new, and after a power cut never half of it. */
export const writeDurably = (file: string, content: string | Uint8Array, mode = 0o644): Promise<void> =>
  fillDurably(path.dirname(file), mode, async (handle) => {
    await handle.writeFile(content);
    return { file, result: undefined };
  });

/** Writes the content and says what file it becomes, which may be known only when the content is. */
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

// A rename is only safe from a power cut once its directory is.
export async function syncDirectory(directory: string): Promise<void> {
  await using handle = await open(directory, 'r');
  await handle.sync();
}
