import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchiveFile } from './archive.ts';

export type SourceFile = Omit<ArchiveFile, 'path'>;

/** Files by their path below the root, `/` between its parts. */
export type SourceTree = ReadonlyMap<string, SourceFile>;

/** Every file below a folder; a folder that is not there is empty. */
export async function readSourceTree(folder: string): Promise<SourceTree> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(orNothing);
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(paths.map(readSourceFile));
  return new Map(paths.map((path, index) => [path.slice(folder.length + 1), files[index] as SourceFile]));
}

/** The files of one folder, by their path below it. */
export function filesBelow(tree: SourceTree, folder: string): ArchiveFile[] {
  return [...tree]
    .filter(([path]) => path.startsWith(`${folder}/`))
    .map(([path, file]) => ({ ...file, path: path.slice(folder.length + 1) }));
}

async function readSourceFile(path: string): Promise<SourceFile> {
  const [content, { mode }] = await Promise.all([readFile(path), stat(path)]);
  return { content, executable: (mode & 0o100) !== 0 };
}

function orNothing(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
