import { chown, mkdtemp, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { Command } from 'commander';
import { DeploymentEngineError } from '../domain/errors.ts';
import { SETTINGS } from '../domain/schemas/settings-table.ts';
import { inOwnLanguage, speakAsSet } from '../domain/text/own-language.ts';
import { phrase } from '../domain/text/text.ts';
import { readBackup } from './backup-file.ts';
import { endBy } from './end-by.ts';
import { ownSettings, refuseForeignStore } from './own-store.ts';

speakAsSet(process.env);

const command = new Command('./DeploymentEngineServer restore')
  .description('Makes the data folder from a file of `backup`; the folder must be new or empty.')
  .argument('<file>', 'as `backup` has written it')
  .helpOption('--help', 'show this')
  .exitOverride();

process.umask(0o077);
try {
  command.parse();
  await main(command.args[0] ?? '');
} catch (error) {
  endBy(error);
}

async function main(file: string): Promise<void> {
  const { dataDir } = ownSettings();
  refuseForeignStore();
  const former = await stat(dataDir).catch(() => undefined);
  if (former !== undefined && (await readdir(dataDir)).length > 0)
    throw new DeploymentEngineError(
      'EnvironmentLacking',
      phrase('{folder} is not empty. Stop the engine and move it away, or name another one: {variable}=FOLDER', {
        folder: dataDir,
        variable: SETTINGS.dataDir.variable,
      }),
    );
  // Beside it, so that there is a whole data folder or none.
  const folder = await mkdtemp(join(dirname(dataDir), `.${basename(dataDir)}-`));
  try {
    const { made, run } = await readBackup(file, folder).catch((cause: Error) => {
      throw new DeploymentEngineError(
        'EnvironmentLacking',
        phrase('{file} cannot be restored: {why}', { file, why: cause.message }),
        { cause },
      );
    });
    // A service's account keeps its folder.
    if (former !== undefined && former.uid !== process.getuid?.()) await give(folder, former);
    if (former !== undefined) await rmdir(dataDir);
    await rename(folder, dataDir);
    console.log(
      inOwnLanguage(
        phrase('{folder} is as it was at {made}, after run {run}. Start the engine, then deploy.', {
          folder: dataDir,
          made,
          run,
        }),
      ),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function give(folder: string, { uid, gid }: { readonly uid: number; readonly gid: number }): Promise<void> {
  await chown(folder, uid, gid);
  for (const name of await readdir(folder, { recursive: true, encoding: 'utf8' }))
    await chown(join(folder, name), uid, gid);
}
