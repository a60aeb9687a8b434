import { createHash, hash } from 'node:crypto';
import { createReadStream, existsSync, lstatSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
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
    return [{ path: MANIFEST, how: existsSync(join(folder, MANIFEST)) ? 'changed' : 'missing' }];
  const damaged: DamagedFile[] = [];
  let looked = 0;
  for (const [path, sha256] of manifest) {
    if (++looked % AT_ONCE === 0) await setImmediate();
    const file = join(folder, path);
    const mark = markOf(file);
    if (mark !== undefined && right.get(file) === mark) continue;
    const how = mark === undefined ? 'missing' : (await digestOf(file)) === sha256 ? undefined : 'changed';
    if (how !== undefined) damaged.push({ path, how });
    // Of before the reading: an edit during it moves the mark.
    else if (mark !== undefined) right.set(file, mark);
  }
  return [...damaged, ...(await addedFiles(folder, manifest))];
}

/** A look at one costs some microseconds, and a promise for each would cost more. */
const AT_ONCE = 200;

/** Undefined: there is no such file. */
function markOf(file: string): string | undefined {
  try {
    const { dev, ino, mode, size, mtimeNs, ctimeNs } = lstatSync(file, { bigint: true });
    return [dev, ino, mode, size, mtimeNs, ctimeNs].join();
  } catch {
    return undefined;
  }
}

const SMALL_BYTES = 1024 * 1024;

/** Undefined: it cannot be read, or is no file. */
async function digestOf(file: string): Promise<string | undefined> {
  try {
    if ((await stat(file)).size <= SMALL_BYTES) return hash('sha256', await readFile(file));
    const digest = createHash('sha256');
    // Pieces that keep nobody waiting for longer than a few milliseconds.
    await pipeline(createReadStream(file, { highWaterMark: SMALL_BYTES }), digest);
    return digest.digest('hex');
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
