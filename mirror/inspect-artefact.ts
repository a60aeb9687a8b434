import { posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { pathInside } from '../release/archive-entry.ts';

const KINDS = new Set(['file', 'contiguous-file', 'directory', 'symlink', 'link']);

/**
 * What is wrong with an archive that a node built, or undefined: one that cannot be read to its end, holds nothing, or would
 * write outside the folder it is unpacked into. Symbolic links may point anywhere: packages link to each other.
 */
export async function artefactProblem(content: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const unpacked = extract();
  const reading = pipeline(content, createGunzip(), unpacked).then(
    () => undefined,
    (error: Error) => error,
  );
  const entries = newSightings();
  try {
    for await (const { header, resume } of entriesOf(unpacked)) {
      const problem = entries.see(header);
      if (problem !== undefined) return `${JSON.stringify(header.name)} ${problem}`;
      resume();
    }
  } catch (error) {
    return `it cannot be read: ${((await reading) ?? (error as Error)).message}`;
  } finally {
    unpacked.destroy();
  }
  const damage = await reading;
  if (damage !== undefined) return `it cannot be read: ${damage.message}`;
  return entries.count() === 0 ? 'it holds no file' : undefined;
}

async function* entriesOf(unpacked: ReturnType<typeof extract>) {
  for await (const entry of unpacked) yield { header: entry.header, resume: () => void entry.resume() };
}

/** What was seen so far; links count, because a later entry may be written through one. */
function newSightings() {
  const links = new Set<string>();
  let files = 0;
  return {
    count: () => files,
    see: ({ name, type, linkname }: Header): string | undefined => {
      const path = pathInside(name);
      if (path === undefined) return 'leads out of it';
      if (!KINDS.has(type ?? 'file')) return `is a ${type}`;
      if (type === 'link' && pathInside(linkname ?? '') === undefined) return `is a link to ${linkname}, outside of it`;
      if (foldersOf(path).some((folder) => links.has(folder))) return 'is written through a link';
      if (type === 'symlink') links.add(path);
      if (type !== 'directory') files += 1;
      return undefined;
    },
  };
}

/** `a/b/c` -> `a/b`, `a`. */
function foldersOf(path: string): string[] {
  const folder = posix.dirname(path);
  return folder === '.' ? [] : [folder, ...foldersOf(folder)];
}
