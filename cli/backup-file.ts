import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { extract, pack, type Pack } from 'tar-stream';
import { backupContents, type BackupContents } from '../domain/schemas/backup.ts';

/** The first entry, so that a reader knows what belongs to a backup before it writes any of it. */
const CONTENTS = 'BACKUP.json';

/** A folder's files as a tar.gz that says what it holds; `write` gets it piece by piece. */
export async function writeBackup(
  folder: string,
  paths: readonly string[],
  about: Omit<BackupContents, 'format' | 'files'>,
  write: (piece: Uint8Array) => Promise<void>,
): Promise<void> {
  const files: Record<string, string> = {};
  for (const path of paths) files[path] = await digestOf(createReadStream(join(folder, path)));
  const contents: BackupContents = { format: 1, ...about, files };
  const archive = pack();
  const packing = packAll(archive, folder, contents).catch((error: unknown) => archive.destroy(error as Error));
  await pipeline(archive, createGzip(), async (pieces: AsyncIterable<Uint8Array>) => {
    for await (const piece of pieces) await write(piece);
  });
  await packing;
}

async function packAll(archive: Pack, folder: string, contents: BackupContents): Promise<void> {
  const mtime = new Date(contents.made);
  archive.entry({ name: CONTENTS, mode: 0o600, mtime }, `${JSON.stringify(contents, null, 2)}\n`);
  for (const path of Object.keys(contents.files)) {
    const { size } = await stat(join(folder, path));
    await pipeline(createReadStream(join(folder, path)), archive.entry({ name: path, mode: 0o600, mtime, size }));
  }
  archive.finalize();
}

class NoBackup extends Error {}

/** Unpacks a backup into a folder of its own. Throws for one that is damaged, and for what is none. */
export async function readBackup(file: string, folder: string): Promise<BackupContents> {
  const unpacked = extract();
  const reading = pipeline(createReadStream(file), createGunzip(), unpacked).then(
    () => undefined,
    (error: Error) => error,
  );
  try {
    const contents = await unpackAll(unpacked, folder);
    const damage = await reading;
    if (damage !== undefined) throw damage;
    return contents;
  } catch (error) {
    unpacked.destroy();
    const damage = await reading;
    // Our own refusal has ended the reading.
    throw error instanceof NoBackup ? error : (damage ?? error);
  }
}

async function unpackAll(unpacked: ReturnType<typeof extract>, folder: string): Promise<BackupContents> {
  let contents: BackupContents | undefined;
  const missing = new Set<string>();
  for await (const entry of unpacked) {
    const { name, type } = entry.header;
    if (contents === undefined) {
      if (name !== CONTENTS) throw new NoBackup(`it begins with ${name}`);
      contents = contentsOf(await text(entry));
      for (const path of Object.keys(contents.files)) missing.add(path);
      continue;
    }
    // What is listed has a plain path, so nothing leads out of the folder.
    if (type !== 'file' || !missing.delete(name)) throw new NoBackup(`${name} does not belong to it`);
    await mkdir(dirname(join(folder, name)), { recursive: true, mode: 0o700 });
    await pipeline(entry, createWriteStream(join(folder, name), { flags: 'wx', mode: 0o600 }));
    if ((await digestOf(createReadStream(join(folder, name)))) !== contents.files[name])
      throw new NoBackup(`${name} is not what was saved`);
  }
  if (contents === undefined) throw new NoBackup('it is empty');
  if (missing.size > 0) throw new NoBackup(`it ends before ${[...missing][0]}`);
  return contents;
}

function contentsOf(json: string): BackupContents {
  try {
    return backupContents.parse(JSON.parse(json));
  } catch {
    throw new NoBackup(`${CONTENTS} does not say what it holds`);
  }
}

async function digestOf(content: Readable): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(content, hash);
  return hash.digest('hex');
}
