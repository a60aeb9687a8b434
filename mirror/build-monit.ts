import { copyFile, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { monitProgram } from '../release/monit/monit-program.ts';
import type { Layout } from './layout.ts';
import { runProgram } from './run-program.ts';

/**
 * Unpacks monit from the profile's packages, without installing it, so that this machine checks monit entries with the same
 * program as the nodes. Returns the package; undefined where the profile has none.
 */
export async function unpackMonit(layout: Layout, cacheDir: string, profile: string): Promise<string | undefined> {
  const repository = layout.repository(profile);
  const packages = await readdir(repository).catch(() => []);
  const name = packages.find((file) => /^monit_.*\.deb$/.test(file));
  if (name === undefined) return undefined;
  const program = monitProgram(cacheDir, profile);
  const deb = path.join(repository, name);
  if (!(await isNewer(program, deb))) await unpack(deb, program);
  return name;
}

async function unpack(deb: string, program: string): Promise<void> {
  const folder = path.dirname(program);
  await mkdir(folder, { recursive: true });
  const unpacked = await mkdtemp(path.join(folder, '.unpacked-'));
  try {
    await runProgram('dpkg-deb', ['--extract', deb, unpacked]);
    // The copy is newer than its package.
    await copyFile(path.join(unpacked, 'usr/bin/monit'), path.join(unpacked, 'monit'));
    await rename(path.join(unpacked, 'monit'), program);
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

async function isNewer(file: string, than: string): Promise<boolean> {
  const [own, other] = await Promise.all([file, than].map((each) => stat(each).catch(() => undefined)));
  return own !== undefined && other !== undefined && own.mtimeMs > other.mtimeMs;
}
