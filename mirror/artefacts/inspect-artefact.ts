import { posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { pathInside } from '../../release/archive/archive-entry.ts';
import type { ArchiveLimits } from '../../release/archive/archive.ts';
import { LIMITS } from '../../release/archive/limits.ts';
import { limitTo, TooLarge } from '../../release/limit-bytes.ts';

const KINDS = new Set(['file', 'contiguous-file', 'directory', 'symlink', 'link']);

/** Root file systems of containers may hold setuid programs and devices; nodes keep them where only root enters. */
const ROOT_FILE_SYSTEM = /^package\/rootfs_[^/]*\//;
const DEVICES = new Set(['character-device', 'block-device', 'fifo']);

/** setuid and setgid. */
const AS_ANOTHER = 0o6000;

/**
 * What is wrong with an archive that a node built under this key, or undefined. Wrong is an archive that cannot be read to its
 * end, is empty, holds more than a package of a release may, holds setuid programs, or would write outside the folder it is
 * unpacked into. Symbolic links may point anywhere: packages link to each other.
 */
export async function artefactProblem(
  content: AsyncIterable<Uint8Array>,
  key: string,
  limits: ArchiveLimits = LIMITS.package,
): Promise<string | undefined> {
  const unpacked = extract();
  const reading = pipeline(content, createGunzip(), limitTo(limits.total), unpacked).then(
    () => undefined,
    (error: Error) => error,
  );
  const entries = newSightings(limits, ROOT_FILE_SYSTEM.test(key));
  try {
    for await (const { header, resume } of entriesOf(unpacked)) {
      const problem = entries.see(header);
      if (problem !== undefined) return problem;
      resume();
    }
  } catch (error) {
    return damageOf((await reading) ?? (error as Error));
  } finally {
    unpacked.destroy();
  }
  const damage = await reading;
  if (damage !== undefined) return damageOf(damage);
  return entries.count() === 0 ? 'it holds no file' : undefined;
}

const damageOf = (error: Error): string =>
  error instanceof TooLarge ? error.message : `it cannot be read: ${error.message}`;

async function* entriesOf(unpacked: ReturnType<typeof extract>) {
  for await (const entry of unpacked) yield { header: entry.header, resume: () => void entry.resume() };
}

/** Entries so far, links included, because a later entry could be written through a link. */
function newSightings(limits: ArchiveLimits, isRootFileSystem: boolean) {
  const links = new Set<string>();
  let entries = 0;
  let files = 0;
  const problemOf = ({ name, type, linkname, size, mode }: Header): string | undefined => {
    const path = pathInside(name);
    if (path === undefined) return 'leads out of it';
    if (!KINDS.has(type ?? 'file') && !(isRootFileSystem && DEVICES.has(type ?? ''))) return `is a ${type}`;
    if ((size ?? 0) > limits.entry) return `has more than ${limits.entry} bytes`;
    // On a folder setgid only sets the group of new files.
    if (type !== 'directory' && ((mode ?? 0) & AS_ANOTHER) !== 0 && !isRootFileSystem) return 'is setuid or setgid';
    if (type === 'link' && pathInside(linkname ?? '') === undefined) return `is a link to ${linkname}, outside of it`;
    if (foldersOf(path).some((folder) => links.has(folder))) return 'is written through a link';
    if (type === 'symlink') links.add(path);
    if (type !== 'directory') files += 1;
    return undefined;
  };
  return {
    count: () => files,
    see: (header: Header): string | undefined => {
      entries += 1;
      if (entries > limits.entries) return `more than ${limits.entries} entries`;
      const problem = problemOf(header);
      return problem === undefined ? undefined : `${JSON.stringify(header.name)} ${problem}`;
    },
  };
}

/** `a/b/c` -> `a/b`, `a`. */
function foldersOf(path: string): string[] {
  const folder = posix.dirname(path);
  return folder === '.' ? [] : [folder, ...foldersOf(folder)];
}
