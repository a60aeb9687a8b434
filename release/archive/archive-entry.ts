import { posix } from 'node:path';
import type { Header } from 'tar-stream';

/** Kinds of entries that an archive of a release may hold: no devices, no pipes. */
const KINDS = new Set(['file', 'contiguous-file', 'directory', 'symlink', 'link']);

/** Linux takes no longer paths, and the deepest folders of real sources are far below. */
const LONGEST_PATH = 4096;
const MOST_FOLDERS = 256;

/** The path inside the archive without a leading `./`; undefined when it points outside. */
export function pathInside(name: string): string | undefined {
  if (name === '' || name.startsWith('/') || /[\u0000-\u001f\\]/.test(name)) return undefined;
  if (name.split('/').includes('..')) return undefined;
  return posix.normalize(name).replace(/\/$/, '');
}

/** What is wrong with an entry of an archive, or undefined. */
export function entryProblem({ name, type, linkname }: Header): string | undefined {
  if (name.length > LONGEST_PATH || (linkname?.length ?? 0) > LONGEST_PATH)
    return `${JSON.stringify(name.slice(0, 40))}... is longer than ${LONGEST_PATH} characters`;
  const path = pathInside(name);
  if (path === undefined) return `${JSON.stringify(name)} leads out of the archive`;
  if (path.split('/').length > MOST_FOLDERS)
    return `${JSON.stringify(name.slice(0, 40))}... lies more than ${MOST_FOLDERS} folders deep`;
  if (!KINDS.has(type ?? 'file')) return `${JSON.stringify(name)} is a ${type}, which no release needs`;
  // A symbolic link is relative to its own folder, a hard link to the archive's root.
  const target = type === 'symlink' ? posix.join(posix.dirname(path), linkname ?? '') : (linkname ?? '');
  const isLink = type === 'symlink' || type === 'link';
  if (isLink && (linkname?.startsWith('/') || target === '..' || target.startsWith('../')))
    return `${JSON.stringify(name)} links to ${JSON.stringify(linkname)}, outside the archive`;
  return undefined;
}
