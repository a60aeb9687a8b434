import { posix } from 'node:path';
import type { Header } from 'tar-stream';

/** Kinds that an archive of a release may hold; tar's devices and pipes have no business in one. */
const KINDS = new Set(['file', 'contiguous-file', 'directory', 'symlink', 'link']);

/** The path inside the archive without a leading `./`; undefined when it leads out of it. */
export function pathInside(name: string): string | undefined {
  if (name === '' || name.startsWith('/') || /[\u0000-\u001f\\]/.test(name)) return undefined;
  if (name.split('/').includes('..')) return undefined;
  return posix.normalize(name).replace(/\/$/, '');
}

/** What is wrong with an entry of an archive, or undefined. */
export function entryProblem({ name, type, linkname }: Header): string | undefined {
  const path = pathInside(name);
  if (path === undefined) return `${JSON.stringify(name)} leads out of the archive`;
  if (!KINDS.has(type ?? 'file')) return `${JSON.stringify(name)} is a ${type}, which no release needs`;
  // A symbolic link counts from its own folder, a hard link from the archive's root.
  const target = type === 'symlink' ? posix.join(posix.dirname(path), linkname ?? '') : (linkname ?? '');
  const isLink = type === 'symlink' || type === 'link';
  if (isLink && (linkname?.startsWith('/') || target === '..' || target.startsWith('../')))
    return `${JSON.stringify(name)} links to ${JSON.stringify(linkname)}, outside the archive`;
  return undefined;
}
