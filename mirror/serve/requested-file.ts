import path from 'node:path';
import type { Layout } from '../layout.ts';

/** A file that a request may read. */
export interface RequestedFile {
  readonly path: string;
  /** Its name is the digest of its content, so caches may keep it for ever. */
  readonly immutable: boolean;
}

// No `/` and no leading dot: nothing outside the folder, nothing unfinished or damaged.
const FILE = '[A-Za-z0-9][A-Za-z0-9.+~_-]*';
const BLOB = /^\/blobs\/([0-9a-f]{64})$/;
const APT = new RegExp(`^/apt/([a-z0-9][a-z0-9.-]*)/(${FILE})$`);

/** The file for a request's target; undefined for what is not public. */
export function requestedFile(layout: Layout, target: string): RequestedFile | undefined {
  const wanted = pathOf(target);
  if (wanted === undefined) return undefined;
  if (wanted === '/apt/key.gpg') return { path: layout.aptKey, immutable: false };
  const blob = BLOB.exec(wanted)?.[1];
  if (blob !== undefined) return { path: layout.blob(blob), immutable: true };
  const [, profile, file] = APT.exec(wanted) ?? [];
  if (profile === undefined || file === undefined) return undefined;
  return { path: path.join(layout.repository(profile), file), immutable: false };
}

function pathOf(target: string): string | undefined {
  try {
    // apt asks for `/apt/PROFILE/./FILE`; URL removes `.` and `..`.
    return decodeURIComponent(new URL(target, 'http://mirror').pathname);
  } catch {
    return undefined;
  }
}
