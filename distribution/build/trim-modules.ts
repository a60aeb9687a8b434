import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { arch, argv, platform } from 'node:process';

const UNUSED_FILE = /\.d\.[cm]?ts$|\.map$|\.tsbuildinfo$/;

/**
 * Leaves in a folder of production modules what is run on this machine's platform: no declarations and source maps, no headers of
 * Node's, none of Temporal's libraries for other platforms. Node goes to `.bin/node`, where the scripts look for it.
 */
export async function trimModules(modules: string): Promise<void> {
  const bridge = join(modules, '@temporalio/core-bridge/releases');
  const own = `${arch === 'x64' ? 'x86_64' : 'aarch64'}-unknown-${platform}-gnu`;
  const foreign = (await readdir(bridge)).filter((name) => name !== own);
  for (const name of foreign) await rm(join(bridge, name), { recursive: true });
  // Which registry each came from.
  await rm(join(modules, '.package-lock.json'));
  for (const entry of await readdir(modules, { recursive: true, withFileTypes: true }))
    if (!entry.isDirectory() && UNUSED_FILE.test(entry.name)) await rm(join(entry.parentPath, entry.name));
  await placeNode(modules);
}

async function placeNode(modules: string): Promise<void> {
  const module = join(modules, `node-linux-${arch}`);
  await mkdir(join(modules, '.bin'));
  await rename(join(module, 'bin/node'), join(modules, '.bin/node'));
  for (const name of await readdir(module))
    if (!['LICENSE', 'package.json'].includes(name)) await rm(join(module, name), { recursive: true });
}

// As the Dockerfile calls it.
if (import.meta.main) await trimModules(argv[2] ?? 'node_modules');
