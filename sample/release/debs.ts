import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The cached file of a Debian package, whatever its version. */
const cachedDeb = (files: readonly string[], name: string): string | undefined =>
  files.find((file) => file.startsWith(`${name}_`) && file.endsWith('.deb'));

/**
 * Makes sure the folder holds a `.deb` of every named package and tells where. What is there is kept, so that builds
 * stay the same until the folder is emptied; the rest comes through apt, which checks it against its signed lists.
 */
export async function ensureDebs(
  names: readonly string[],
  folder: string,
  log: (line: string) => void,
): Promise<ReadonlyMap<string, string>> {
  await mkdir(folder, { recursive: true });
  const present = await readdir(folder);
  const missing = names.filter((name) => cachedDeb(present, name) === undefined);
  if (missing.length > 0) await download(missing, folder, log);

  // Sorted, so that of two versions every build takes the same.
  const files = (await readdir(folder)).sort();
  return new Map(names.map((name) => [name, join(folder, cachedDeb(files, name) ?? raiseMissing(name))]));
}

// apt leaves cut-off files behind when it is killed, so it works in a folder of its own.
async function download(names: readonly string[], folder: string, log: (line: string) => void): Promise<void> {
  const work = await mkdtemp(join(folder, '.download-'));
  try {
    log(`downloading ${names.join(', ')}`);
    await aptGetDownload(names, work).catch(async () => {
      await run('apt-get', ['update', '-q']);
      await aptGetDownload(names, work);
    });
    for (const file of await readdir(work)) await rename(join(work, file), join(folder, file));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

// Its unprivileged download user could not write into a folder that belongs to root.
const aptGetDownload = (names: readonly string[], cwd: string) =>
  run('apt-get', ['download', '-q', '-o', 'APT::Sandbox::User=root', ...names], { cwd });

const raiseMissing = (name: string): never => {
  throw new Error(`apt-get downloaded no file for the Debian package ${name}`);
};
