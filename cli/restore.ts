import type { Stats } from 'node:fs';
import { chown, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { Command } from 'commander';
import { type Owner, serviceOwner } from '../distribution/service/service-owner.ts';
import { DeploymentEngineError } from '../domain/errors.ts';
import type { BackupContents } from '../domain/schemas/backup.ts';
import { SETTINGS } from '../domain/schemas/settings-table.ts';
import { inOwnLanguage, speakAsSet } from '../domain/text/own-language.ts';
import { phrase } from '../domain/text/text.ts';
import { readBackup } from './backup-file.ts';
import { endBy } from './end-by.ts';
import { folderSettings } from './own-store.ts';

speakAsSet(process.env);

const command = new Command('./DeploymentEngineServer restore')
  .description('Makes the data folder from a file of `backup`; the folder must be new or empty.')
  .argument('<file>', 'as `backup` has written it')
  .helpOption('--help', 'show this')
  .exitOverride();

/** A file system of its own has it from the beginning. */
const OF_FILE_SYSTEM = 'lost+found';

process.umask(0o077);
try {
  command.parse();
  await main(command.args[0] ?? '');
} catch (error) {
  endBy(error);
}

async function main(file: string): Promise<void> {
  const { dataDir } = folderSettings();
  const former = await stat(dataDir).catch(() => undefined);
  if (former !== undefined && (await readdir(dataDir)).some((name) => name !== OF_FILE_SYSTEM))
    throw new DeploymentEngineError(
      'EnvironmentLacking',
      phrase('{folder} is not empty. Stop the engine and move it away, or name another one: {variable}=FOLDER', {
        folder: dataDir,
        variable: SETTINGS.dataDir.variable,
      }),
    );
  try {
    const { made, run } = await unpack(file, dataDir, { former, owner: serviceOwner(dataDir) ?? former });
    const told = { folder: dataDir, made, run };
    console.log(
      inOwnLanguage(phrase('{folder} is as it was at {made}, after run {run}. Start the engine, then deploy.', told)),
    );
  } catch (cause) {
    throw new DeploymentEngineError(
      'EnvironmentLacking',
      phrase('{file} cannot be restored: {why}', { file, why: (cause as Error).message }),
      { cause },
    );
  }
}

interface Place {
  /** The empty folder, which may be a mount point. */
  readonly former: Stats | undefined;
  /** Whose the engine will be; undefined = of the account that restores it. */
  readonly owner: Owner | undefined;
}

/** Makes a whole engine of it, or none. */
async function unpack(file: string, dataDir: string, { former, owner }: Place): Promise<BackupContents> {
  const place = former === undefined ? join(dirname(dataDir), `.${basename(dataDir)}-`) : join(dataDir, 'restore-');
  const folder = await mkdtemp(place);
  try {
    const contents = await readBackup(file, folder);
    if (owner !== undefined && owner.uid !== process.getuid?.()) await give(folder, owner);
    if (former === undefined) await rename(folder, dataDir);
    else {
      // Without the store it is no engine yet.
      for (const name of (await readdir(folder)).toSorted(engineLast))
        await rename(join(folder, name), join(dataDir, name));
      if (owner !== undefined && owner.uid !== former.uid) await chown(dataDir, owner.uid, owner.gid);
    }
    return contents;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function engineLast(one: string, other: string): number {
  return Number(one === 'engine.db') - Number(other === 'engine.db');
}

async function give(folder: string, { uid, gid }: Owner): Promise<void> {
  const names = await readdir(folder, { recursive: true, encoding: 'utf8' });
  for (const name of [...names, '.']) await chown(join(folder, name), uid, gid);
}
