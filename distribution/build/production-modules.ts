import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { arch, platform } from 'node:process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where the scripts look for Node. */
const NODE = 'node_modules/.bin/node';

/**
 * The production modules and Node itself, as package-lock.json pins them, for this machine's platform; without what is never run:
 * declarations, source maps, Node's headers, Temporal's libraries for other platforms.
 */
export async function productionModules(checkout: string, folder: string): Promise<void> {
  const workshop = join(folder, '.npm');
  await mkdir(workshop);
  for (const file of ['package.json', 'package-lock.json', '.npmrc'])
    await copyFile(join(checkout, file), join(workshop, file));
  const options = ['--omit=dev', '--ignore-scripts', '--no-bin-links', '--prefer-offline', '--loglevel=error'];
  await run('npm', ['ci', ...options], { cwd: workshop, maxBuffer: Infinity });
  await rename(join(workshop, 'node_modules'), join(folder, 'node_modules'));
  await rm(workshop, { recursive: true });
  await removeUnused(join(folder, 'node_modules'));
  await placeNode(folder);
}

const UNUSED_FILE = /\.d\.[cm]?ts$|\.map$|\.tsbuildinfo$/;

async function removeUnused(modules: string): Promise<void> {
  const bridge = join(modules, '@temporalio/core-bridge/releases');
  const own = `${arch === 'x64' ? 'x86_64' : 'aarch64'}-unknown-${platform}-gnu`;
  const foreign = (await readdir(bridge)).filter((name) => name !== own);
  for (const name of foreign) await rm(join(bridge, name), { recursive: true });
  // Which registry each came from.
  await rm(join(modules, '.package-lock.json'));
  for (const entry of await readdir(modules, { recursive: true, withFileTypes: true }))
    if (!entry.isDirectory() && UNUSED_FILE.test(entry.name)) await rm(join(entry.parentPath, entry.name));
}

async function placeNode(folder: string): Promise<void> {
  const module = join(folder, `node_modules/node-linux-${arch}`);
  await mkdir(join(folder, 'node_modules/.bin'));
  await rename(join(module, 'bin/node'), join(folder, NODE));
  for (const name of await readdir(module))
    if (!['LICENSE', 'package.json'].includes(name)) await rm(join(module, name), { recursive: true });
}
