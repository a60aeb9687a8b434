import { type Dirent, existsSync, rmSync } from 'node:fs';
import { copyFile, type FileHandle, mkdir, mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import process from 'node:process';
import { backup as copyPages, DatabaseSync } from 'node:sqlite';
import { getSystemErrorMessage } from 'node:util';
import { Command } from 'commander';
import { DeploymentEngineError, isEngineError } from '../domain/errors.ts';
import { SETTINGS } from '../domain/schemas/settings-table.ts';
import { inOwnLanguage, speakAsSet } from '../domain/text/own-language.ts';
import { phrase } from '../domain/text/text.ts';
import { isDataFolderInUse, lockDataFolder } from '../server/data-folder-lock.ts';
import type { Store } from '../store/store.ts';
import { writeBackup } from './backup-file.ts';
import { endBy } from './end-by.ts';
import { folderSettings, withOwnStore } from './own-store.ts';

speakAsSet(process.env);

const command = new Command('./DeploymentEngineServer backup')
  .description('Saves what the engine remembers in one file; the engine may be running, but then no run.')
  .argument('<file>', 'a new file; it holds passwords and keys, so only you can read it')
  .helpOption('--help', 'show this')
  .exitOverride();

/** Left out: what only a running process needs, what SQLite puts beside a database, the processes' own log. */
const LEFT_OUT = /\.(lock|db-wal|db-shm|db-journal)$|^log\/|^(backup|restore)-/;

const ALL_PAGES = 2 ** 31 - 1;

process.umask(0o077);
try {
  command.parse();
  await main(command.args[0] ?? '');
} catch (error) {
  endBy(error);
}

async function main(file: string): Promise<void> {
  const { dataDir, keyFile } = folderSettings();
  if (!existsSync(join(dataDir, 'engine.db')))
    throw new DeploymentEngineError(
      'EnvironmentLacking',
      phrase('There is no engine in {folder}. Name its data folder: {variable}=FOLDER', {
        folder: dataDir,
        variable: SETTINGS.dataDir.variable,
      }),
    );
  // Before root becomes the account of the data folder, which may not write here.
  const output = await openNew(file);
  try {
    await withOwnStore(`backup ${file}`, ({ store, settings }) => save(store, settings.dataDir, { file, output }));
  } catch (error) {
    await output.truncate();
    removeIfAllowed(file);
    if (isEngineError(error)) throw error;
    throw cannotBeMade(file, (error as Error).message, error);
  } finally {
    await output.close();
  }
  if (keyFile !== undefined)
    console.log(inOwnLanguage(phrase('Keep {file} too: it opens what the backup has encrypted.', { file: keyFile })));
}

async function openNew(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'wx', 0o600);
  } catch (cause) {
    const { errno = 0 } = cause as NodeJS.ErrnoException;
    throw cannotBeMade(file, getSystemErrorMessage(errno), cause);
  }
}

function cannotBeMade(file: string, why: string, cause: unknown): DeploymentEngineError {
  return new DeploymentEngineError('EnvironmentLacking', phrase('{file} cannot be made: {why}', { file, why }), {
    cause,
  });
}

function removeIfAllowed(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Root has become another account; the file is empty by now.
  }
}

async function save(
  { runs }: Store,
  dataDir: string,
  { file, output }: { readonly file: string; readonly output: FileHandle },
): Promise<void> {
  const newest = async (): Promise<number> => (await runs.list({ limit: 1 }))[0]?.number ?? 0;
  const lock = isDataFolderInUse(dataDir) ? undefined : await lockDataFolder(dataDir);
  const folder = await mkdtemp(join(dataDir, 'backup-'));
  try {
    const run = await newest();
    await refuseOpenRun(runs, lock !== undefined);
    const paths = await copyAll(dataDir, folder, file);
    // Store and Temporal are two databases: between them nothing may have happened.
    await refuseOpenRun(runs, lock !== undefined);
    if ((await newest()) !== run) throw busy(await newest());
    // Not a stream of Node's, which would close the file where something goes wrong.
    await writeBackup(folder, paths, { made: new Date().toISOString(), run }, (piece) => output.appendFile(piece));
    await output.sync();
    console.log(
      inOwnLanguage(
        phrase('{file} holds {folder} as of run {run}, passwords and keys included.', { file, folder: dataDir, run }),
      ),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
    lock?.release();
  }
}

/** A stopped engine has its runs wait, so they are saved as they are. */
async function refuseOpenRun(runs: Store['runs'], isStopped: boolean): Promise<void> {
  const open = isStopped ? undefined : await runs.open();
  if (open !== undefined) throw busy(open.number);
}

function busy(run: number): DeploymentEngineError {
  return new DeploymentEngineError(
    'EnvironmentLacking',
    phrase('Run {run} is open. Wait for its end, or stop the engine first: then it is saved as it is.', { run }),
  );
}

/** Gives the copied paths; `file`, the backup itself, may lie among them. A database is copied as of one moment, whoever writes to it. */
async function copyAll(from: string, to: string, file: string): Promise<string[]> {
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const pathOf = ({ parentPath, name }: Dirent): string => relative(from, join(parentPath, name));
  // What a link leads to would be missing, the keys for instance.
  const link = entries.find((entry) => entry.isSymbolicLink());
  if (link !== undefined)
    throw new Error(inOwnLanguage(phrase('{file} is a link', { file: join(from, pathOf(link)) })));
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(pathOf)
    .filter((path) => !LEFT_OUT.test(path) && join(from, path) !== resolve(file))
    .toSorted();
  for (const path of paths) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    if (path.endsWith('.db')) await copyDatabase(join(from, path), join(to, path));
    else await copyFile(join(from, path), join(to, path));
  }
  return paths;
}

async function copyDatabase(from: string, to: string): Promise<void> {
  const database = new DatabaseSync(from, { readOnly: true, timeout: 10_000 });
  try {
    // All pages at once: between two batches somebody could write, and it would begin anew.
    await copyPages(database, to, { rate: ALL_PAGES });
  } finally {
    database.close();
  }
}
