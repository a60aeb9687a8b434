import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';
import { getSystemErrorMessage } from 'node:util';
import { DeploymentEngineError } from '../domain/errors.ts';
import { parseSettings, type Settings } from '../domain/schemas/settings.ts';
import { SETTINGS } from '../domain/schemas/settings-table.ts';
import { inOwnLanguage } from '../domain/text/own-language.ts';
import { phrase } from '../domain/text/text.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { withServiceSettings } from './service-settings.ts';

const ROOT = 0;

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface OwnStore {
  readonly store: Store;
  /** The data folder is absolute. */
  readonly settings: Settings;
}

interface Found {
  /** They were found by the installed service, as root will find them. */
  readonly isOfService: boolean;
}

/** Those of the engine that a command is about. The data folder is absolute. */
function ownSettings(): Settings & Found {
  const env = withServiceSettings(process.env);
  // An address that others reach asks for a certificate, which the engine needs and a command does not.
  const settings = parseSettings({ ...env, DEPLOYMENT_ENGINE_LISTEN: '' });
  return { ...settings, dataDir: resolve(settings.dataDir), isOfService: env !== process.env };
}

/** The same for commands about the data folder itself. Throws `EnvironmentLacking` where the store is in PostgreSQL. */
export function folderSettings(): Settings {
  const settings = ownSettings();
  if (settings.databaseUrl === undefined && settings.databaseUrlFile === undefined) return settings;
  throw new DeploymentEngineError(
    'EnvironmentLacking',
    phrase('This engine keeps everything in PostgreSQL, which is saved by pg_dump: docs/postgresql.md'),
  );
}

/**
 * Opens the store of the data folder for a command, beside an engine too. An engine that is not root could not open files that
 * root has written there, so root becomes the folder's owner. Throws `EnvironmentLacking` for any other account; `words`: of the
 * command, to repeat.
 */
export async function withOwnStore(words: string, work: (own: OwnStore) => Promise<void>): Promise<void> {
  const settings = ownSettings();
  const { dataDir } = settings;
  const owner = reading(dataDir, () => statSync(dataDir, { throwIfNoEntry: false }));
  if (owner === undefined) console.error(newFolder(dataDir));
  else refuseOthers(owner, settings, words);
  // The files may be root's alone.
  const key = readSecret(settings, 'key');
  const databaseUrl = readSecret(settings, 'databaseUrl');
  if (owner !== undefined) become(owner);
  const store = await openStore({ ...settings, databaseUrl, databaseUrlFile: undefined, key });
  try {
    await work({ store, settings });
  } finally {
    await store.close();
  }
}

const newFolder = (dataDir: string): string =>
  inOwnLanguage(
    phrase('The data folder {folder} is made. If the engine has another one, name that: {variable}=FOLDER', {
      folder: dataDir,
      variable: SETTINGS.dataDir.variable,
    }),
  );

function refuseOthers({ uid }: Owner, { dataDir, keyFile, isOfService }: Settings & Found, words: string): void {
  if ([uid, ROOT].includes(process.getuid?.() ?? uid)) return;
  const key = keyFile === undefined ? '' : ` ${SETTINGS.keyFile.variable}=${resolve(keyFile)}`;
  const env = isOfService ? '' : `env ${SETTINGS.dataDir.variable}=${dataDir}${key} `;
  throw new DeploymentEngineError(
    'EnvironmentLacking',
    phrase('{folder} belongs to another account, number {uid}. Run this as root, who works as that one:\n  {command}', {
      folder: dataDir,
      uid,
      command: `sudo ${env}./DeploymentEngineServer ${words}`,
    }),
  );
}

/** A secret that is given by itself or as a file. */
function readSecret(settings: Settings, name: 'key' | 'databaseUrl'): string | undefined {
  const file = settings[`${name}File`];
  if (file === undefined) return settings[name];
  return reading(`${SETTINGS[`${name}File`].variable}: ${file}`, () => readFileSync(file, 'utf8').trim());
}

/** The groups first: who is not root any more may not change them. */
function become({ uid, gid }: Owner): void {
  if (process.getuid?.() === uid) return;
  process.setgroups?.([gid]);
  process.setgid?.(gid);
  process.setuid?.(uid);
}

function reading<Result>(what: string, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    const { errno = 0 } = cause as NodeJS.ErrnoException;
    const words = { file: what, why: getSystemErrorMessage(errno) };
    throw new DeploymentEngineError('EnvironmentLacking', phrase('{file} cannot be read: {why}', words), { cause });
  }
}
