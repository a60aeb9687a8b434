import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack, type Pack } from 'tar-stream';

/**
 * Packs a folder into a reproducible tar.gz: the same files give the same bytes. Entries are sorted, owned by root, with two modes
 * and one time. Throws for anything but folders and files.
 */
export async function writeArchive(folder: string, file: string, madeAt: Date): Promise<void> {
  const archive = pack();
  const written = pipeline(archive, createGzip({ level: 6 }), createWriteStream(file));
  const packed = packAll(archive, folder, madeAt);
  packed.catch((error: unknown) => archive.destroy(error as Error));
  await Promise.all([packed, written]);
}

async function packAll(archive: Pack, folder: string, madeAt: Date): Promise<void> {
  for (const path of await sortedPaths(folder)) await packOne(archive, folder, path, madeAt);
  archive.finalize();
}

async function packOne(archive: Pack, folder: string, path: string, madeAt: Date): Promise<void> {
  const stats = await lstat(join(folder, path));
  const common = { name: path, mtime: madeAt, uid: 0, gid: 0, uname: 'root', gname: 'root' };
  if (stats.isDirectory()) return entry(archive, { ...common, name: `${path}/`, type: 'directory', mode: 0o755 });
  if (!stats.isFile()) throw new Error(`${path} is neither a file nor a folder`);
  const mode = (stats.mode & 0o111) === 0 ? 0o644 : 0o755;
  const header = { ...common, type: 'file', mode, size: stats.size } as const;
  if (stats.size <= SMALL_BYTES) return entry(archive, header, await readFile(join(folder, path)));
  const content = createReadStream(join(folder, path), { highWaterMark: SMALL_BYTES });
  await pipeline(content, archive.entry(header));
}

const SMALL_BYTES = 1024 * 1024;

const entry = (archive: Pack, header: Parameters<Pack['entry']>[0], content = Buffer.alloc(0)): Promise<void> =>
  new Promise((resolve, reject) => {
    archive.entry(header, content, (error) => (error ? reject(error) : resolve()));
  });

/** A folder comes before its contents; independent of the locale. */
async function sortedPaths(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1)).toSorted(byBytes);
}

const byBytes = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));
