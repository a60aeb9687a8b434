import { readFile } from 'node:fs/promises';
import { moveAside } from './move-aside.ts';

/** Reads one of the mirror's JSON files; undefined when it is missing. One that cannot be parsed is moved aside. */
export async function readRecord<Content>(file: string): Promise<Content | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Content;
  } catch {
    await moveAside(file);
    return undefined;
  }
}
