import { execFile } from 'node:child_process';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { trimModules } from './trim-modules.ts';

const run = promisify(execFile);

/** The production modules and Node itself, as package-lock.json pins them, for this machine's platform; without what is never run. */
export async function productionModules(checkout: string, folder: string): Promise<void> {
  const workshop = join(folder, '.npm');
  await mkdir(workshop);
  for (const file of ['package.json', 'package-lock.json', '.npmrc'])
    await copyFile(join(checkout, file), join(workshop, file));
  const options = ['--omit=dev', '--ignore-scripts', '--no-bin-links', '--prefer-offline', '--loglevel=error'];
  await run('npm', ['ci', ...options], { cwd: workshop, maxBuffer: Infinity });
  await rename(join(workshop, 'node_modules'), join(folder, 'node_modules'));
  await rm(workshop, { recursive: true });
  await trimModules(join(folder, 'node_modules'));
}
