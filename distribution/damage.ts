import { createHash, hash } from 'node:crypto';
import { createReadStream, lstatSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import type { DamagedFile } from '../domain/damaged-file.ts';
import { keepMarks, readMarks } from './kept-marks.ts';
import { type Manifest, MANIFEST, parseManifest } from './manifest.ts';
import { ENGINE_FOLDER, isPackaged } from './packaged.ts';

export interface DamageCheck {
  /** Empty when nothing differs or the engine is no package. Files are read again only when their metadata has changed. */
  damagedFiles(): Promise<readonly DamagedFile[]>;
  /** The same, but reads every byte: only that finds silent disk errors. */
  damagedBytes(): Promise<readonly DamagedFile[]>;
}

interface Place {
  /** Default: the engine's own. */
  readonly folder?: string;
  /** Keeps what was read, so that a deploy right after a start need not wait until all is read again. */
  readonly cacheDir?: string;
}

/**
 * Compares the engine's files with the manifest of its package. This guards against accidents, not against people who may write
 * these files: they can change the manifest, or this code.
 */
export function createDamageCheck({ folder = ENGINE_FOLDER, cacheDir }: Place = {}): DamageCheck {
  const kept = cacheDir === undefined ? undefined : join(cacheDir, 'package-files.json');
  /** Metadata of each file when its bytes were right. Only the kernel sets ctime, so an edit with a restored mtime shows too. */
  let right: Map<string, string> | undefined;
  let reading: Promise<unknown> | undefined;

  const look = async (knows: boolean): Promise<readonly DamagedFile[]> => {
    if (!isPackaged(folder)) return [];
    const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => undefined);
    const manifest = parseManifest(text ?? '');
    if (manifest === undefined) return [{ path: MANIFEST, how: text === undefined ? 'missing' : 'changed' }];
    const id = hash('sha256', text ?? '');
    right ??= kept === undefined ? new Map() : readMarks(kept, id);
    const marks = knows ? right : new Map<string, string>();
    const before = [...marks.values()].join();
    const damaged = await compare(folder, manifest, marks);
    right = marks;
    if (kept !== undefined && [...marks.values()].join() !== before) keepMarks(kept, id, marks);
    return [...damaged, ...(await addedFiles(folder, manifest))];
  };

  return {
    async damagedFiles() {
      // With nothing kept this would read everything a second time.
      if (right === undefined || right.size === 0) await reading?.catch(() => undefined);
      return look(true);
    },
    damagedBytes() {
      const read = look(false);
      reading = read;
      return read;
    },
  };
}

/** The marks get those whose bytes are right, and lose those whose bytes are not. */
async function compare(folder: string, manifest: Manifest, marks: Map<string, string>): Promise<DamagedFile[]> {
  const damaged: DamagedFile[] = [];
  let looked = 0;
  for (const [path, sha256] of manifest) {
    if (++looked % AT_ONCE === 0) await setImmediate();
    const file = join(folder, path);
    const mark = markOf(file);
    if (mark !== undefined && marks.get(path) === mark) continue;
    const how = mark === undefined ? 'missing' : (await digestOf(file)) === sha256 ? undefined : 'changed';
    if (how !== undefined) damaged.push({ path, how });
    // Taken before the file is read: an edit meanwhile then shows as a difference.
    if (how === undefined && mark !== undefined) marks.set(path, mark);
    else marks.delete(path);
  }
  return damaged;
}

/** Synchronous: a stat takes microseconds, a promise for each would take longer. */
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
    // In pieces that block the process for a few milliseconds at most.
    await pipeline(createReadStream(file, { highWaterMark: SMALL_BYTES }), digest);
    return digest.digest('hex');
  } catch {
    return undefined;
  }
}

/**
 * An additional file in the program's folders could be loaded in place of another (from a nearer node_modules folder) or be sent
 * to nodes. Editors' files (hidden, `*~`) and files outside those folders are ignored.
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
