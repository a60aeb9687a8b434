import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Manifest, MANIFEST, parseManifest } from './manifest.ts';
import { ENGINE_FOLDER, isPackaged } from './packaged.ts';

/** A file of the engine that is not as its package has it. */
export interface DamagedFile {
  readonly path: string;
  readonly how: 'changed' | 'missing' | 'added';
}

/** `server/main.ts is changed` */
export const damageText = ({ path, how }: DamagedFile): string => `${path} is ${how}`;

export interface DamageCheck {
  /** None: the files are the package's, or the engine is no package. Each is read again only when its metadata have moved. */
  damagedFiles(): Promise<readonly DamagedFile[]>;
  /** The same, and every byte is read: only that finds what a disk has lost. */
  damagedBytes(): Promise<readonly DamagedFile[]>;
}

/**
 * Compares the engine's files with the manifest of its package. It guards against accidents, not against whoever may write these
 * files: that one can change the manifest, or this code.
 */
export function createDamageCheck(folder = ENGINE_FOLDER): DamageCheck {
  /** What each file was when its bytes were right: the kernel alone sets ctime, so an edit with its mtime put back shows too. */
  let right = new Map<string, string>();
  let last: Promise<unknown> = Promise.resolve();
  // One after the other: what a look has begun to read may have changed for the next one.
  const inTurn = (forgets: boolean): Promise<readonly DamagedFile[]> => {
    const look = last.then(() => {
      if (forgets) right = new Map();
      return lookAt(folder, right);
    });
    last = look.catch(() => undefined);
    return look;
  };
  return { damagedFiles: () => inTurn(false), damagedBytes: () => inTurn(true) };
}

async function lookAt(folder: string, right: Map<string, string>): Promise<readonly DamagedFile[]> {
  if (!isPackaged(folder)) return [];
  const manifest = parseManifest(await readFile(join(folder, MANIFEST), 'utf8').catch(() => ''));
  if (manifest === undefined)
    return [{ path: MANIFEST, how: (await exists(join(folder, MANIFEST))) ? 'changed' : 'missing' }];
  const damaged: DamagedFile[] = [];
  for (const [path, sha256] of manifest) {
    const how = await damageOf(join(folder, path), sha256, right);
    if (how !== undefined) damaged.push({ path, how });
  }
  return [...damaged, ...(await addedFiles(folder, manifest))];
}

async function damageOf(
  file: string,
  sha256: string,
  right: Map<string, string>,
): Promise<DamagedFile['how'] | undefined> {
  const mark = await markOf(file);
  if (mark === undefined) return 'missing';
  if (right.get(file) === mark) return undefined;
  if ((await digestOf(file)) !== sha256) return 'changed';
  // Of before the reading: an edit during it moves the mark.
  right.set(file, mark);
  return undefined;
}

const exists = async (file: string): Promise<boolean> => (await markOf(file)) !== undefined;

/** Undefined: there is no such file. */
async function markOf(file: string): Promise<string | undefined> {
  try {
    const { dev, ino, mode, size, mtimeNs, ctimeNs } = await lstat(file, { bigint: true });
    return [dev, ino, mode, size, mtimeNs, ctimeNs].join();
  } catch {
    return undefined;
  }
}

/** Undefined: it cannot be read, or is no file. */
async function digestOf(file: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    // Pieces that keep nobody waiting for longer than a millisecond or two.
    await pipeline(createReadStream(file, { highWaterMark: 512 * 1024 }), hash);
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}

/**
 * A file more in the program's folders may be loaded in place of another (a node_modules folder nearer to who imports) or be sent
 * to nodes. What editors leave behind (hidden files, `*~`) is not; neither are files that lie beside the folders.
 */
async function addedFiles(folder: string, manifest: Manifest): Promise<readonly DamagedFile[]> {
  const own = new Set([...manifest.keys()].flatMap((path) => (path.includes('/') ? [path.split('/')[0] ?? path] : [])));
  const added: DamagedFile[] = [];
  for (const top of own) {
    const entries = await readdir(join(folder, top), { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.isDirectory()) continue;
      const path = join(entry.parentPath, entry.name).slice(join(folder, '/').length);
      const isLeftBehind = entry.name.startsWith('.') || entry.name.endsWith('~');
      if (!manifest.has(path) && !isLeftBehind) added.push({ path, how: 'added' });
    }
  }
  return added;
}
